package mutantmatrix

import (
	"context"
	"sync"
)

// Matrix tries servers, several side by side, and returns the trials in the
// order of the servers. Those that take long begin first. done is told of each as it ends; it is called by one
// goroutine at a time. Where ctx ends the trials left have its error.
func Matrix(ctx context.Context, subjects []Subject, beside int, done func(*Trial)) []Trial {
	trials := make([]Trial, len(subjects))
	next := make(chan int)
	var (
		wg sync.WaitGroup
		mu sync.Mutex
	)
	for range max(beside, 1) {
		wg.Go(func() {
			for i := range next {
				trials[i] = Try(ctx, subjects[i])
				mu.Lock()
				done(&trials[i])
				mu.Unlock()
			}
		})
	}
	for _, long := range []bool{true, false} {
		for i := range subjects {
			if subjects[i].long() == long {
				next <- i
			}
		}
	}
	close(next)
	wg.Wait()
	return trials
}
