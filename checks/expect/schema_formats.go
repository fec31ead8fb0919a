package expect

import (
	"encoding/json"
	"errors"
	"math/big"
	"regexp"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// formats are what the valid schema asks for beyond the keywords of JSON Schema:
// how a number is written, and what several members say together.
var formats = []jsonschema.Format{
	{Name: "plain-integer", Validate: written(`^(?:0|-?[1-9][0-9]*)$`, "is not written as an integer")},
	{Name: "age-in-years", Validate: written(`^[1-9][0-9]*(?:\.0)?$`, "is not written as an age")},
	{Name: "calendar-day", Validate: calendarDay},
	{Name: "birthday", Validate: birthday},
	{Name: "adding-up", Validate: addingUp},
}

// written wants the text of a number to match.
func written(form, problem string) func(any) error {
	pattern := regexp.MustCompile(form)
	return func(v any) error {
		if n, ok := v.(json.Number); ok && !pattern.MatchString(n.String()) {
			return errors.New(problem)
		}
		return nil
	}
}

// exact is a member that is a number.
func exact(v any, name string) (*big.Rat, bool) {
	o, _ := v.(map[string]any)
	n, ok := o[name].(json.Number)
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetString(n.String())
}

// small is a member that is an integer of reasonable size.
func small(v any, name string) (int, bool) {
	n, ok := exact(v, name)
	if !ok || !n.IsInt() || !n.Num().IsInt64() || n.Num().BitLen() > 31 {
		return 0, false
	}
	return int(n.Num().Int64()), true
}

func calendarDay(v any) error {
	y, hasYear := small(v, "year")
	m, hasMonth := small(v, "month")
	d, hasDay := small(v, "day")
	if !hasYear || !hasMonth || !hasDay || m < 1 || m > 12 || d < 1 {
		return errors.New("is no calendar day")
	}
	// The day before the first of the next month is the last one.
	if last := time.Date(y, time.Month(m+1), 0, 0, 0, 0, 0, time.UTC).Day(); d > last {
		return errors.New("is a day that its month does not have")
	}
	return nil
}

// birthday wants an age and a year of birth to meet near the present, whose
// exact year a body cannot know.
func birthday(v any) error {
	o, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	_, hasYear := o["year"]
	_, hasMonth := o["month"]
	_, hasDay := o["day"]
	if !hasYear && !hasMonth && !hasDay {
		return nil
	}
	if err := calendarDay(v); err != nil {
		return err
	}
	y, _ := small(v, "year")
	if age, aged := small(v, "age"); aged && (y+age < 2010 || y+age > 2040) {
		return errors.New("is an age that contradicts the year of birth")
	}
	return nil
}

// addingUp wants the lines of a cart to make up its total and its number of
// items, where all of them say how many and how dear.
func addingUp(v any) error {
	o, _ := v.(map[string]any)
	lines, _ := o["products"].([]any)
	if len(lines) == 0 {
		return nil
	}
	sum, count := new(big.Rat), new(big.Rat)
	priced, counted := true, true
	for _, line := range lines {
		members, _ := line.(map[string]any)
		quantity, ok := exact(line, "quantity")
		price, hasPrice := exact(members["product"], "price")
		counted = counted && ok
		priced = priced && ok && hasPrice
		if ok {
			count.Add(count, quantity)
		}
		if ok && hasPrice {
			sum.Add(sum, price.Mul(price, quantity))
		}
	}
	if total, ok := exact(v, "total"); ok && priced && apart(total, sum) {
		return errors.New("has a total that is not that of its lines")
	}
	if items, ok := exact(v, "numItems"); ok && counted && apart(items, count) {
		return errors.New("has another number of items than its lines")
	}
	return nil
}

// apart says whether two amounts differ by more than half a cent.
func apart(a, b *big.Rat) bool {
	difference := new(big.Rat).Sub(a, b)
	return difference.Abs(difference).Cmp(big.NewRat(5, 1000)) > 0
}
