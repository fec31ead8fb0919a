package scenarios

// retryRules refuse what changes a policy where there is none to change.
func retryRules(s *Scenario, p *problems) {
	r := s.Retry
	if r.Policy != "none" {
		return
	}
	for _, knob := range []struct {
		key   string
		given bool
	}{
		{"pauses", len(r.Pauses) > 0}, {"jitter", r.Jitter > 0}, {"retry_after", r.RetryAfter > 0},
		{"also", len(r.Also) > 0}, {"network", r.Network},
	} {
		if knob.given {
			p.key("retry."+knob.key, Error{
				Problem: knob.key + " has no effect: the policy none retries nothing",
				Allowed: []string{"policy: spec", "policy: general", "policy: monitoring", "policy: impatient"},
			})
		}
	}
}
