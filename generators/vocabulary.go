package generators

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// words is a list of texts, escaped for JSON and without quotes.
type words []string

// vocabulary is what gofakeit said for one seed: the texts that updates choose
// from. Making it costs a few milliseconds once; a choice costs nanoseconds.
type vocabulary struct {
	firstNames, lastNames, users, companies, roles, cities words
	countries, countryCodes, regions, zips, currencies     words
	products, categories, topics, messages, phrases        words
	sentences, domains                                     words
}

// vocabularySize is how many texts of a kind there are: enough that a body is
// seldom made twice, few enough to stay in a processor's cache.
const vocabularySize = 256

// otherScripts is the share of texts beyond plain Latin: one in so many.
const otherScripts = 5

// newVocabulary asks gofakeit.
func newVocabulary(seed uint64) *vocabulary {
	faker := gofakeit.NewFaker(rand.NewPCG(seed, ^seed), false)
	latin := func(make func() string) words { return fill(make, nil) }
	world := func(make func() string, other func(*script) string) words {
		return fill(make, func() string { return other(&scripts[faker.IntN(len(scripts))]) })
	}
	few := func(low, high int) func(*script) string {
		return func(s *script) string {
			text := make([]string, faker.IntRange(low, high))
			for i := range text {
				text[i] = pick(faker, s.words)
			}
			return strings.Join(text, " ")
		}
	}
	return &vocabulary{
		firstNames:   world(faker.FirstName, func(s *script) string { return pick(faker, s.first) }),
		lastNames:    world(faker.LastName, func(s *script) string { return pick(faker, s.last) }),
		users:        latin(faker.Username),
		companies:    world(faker.Company, func(s *script) string { return pick(faker, s.last) + " & " + pick(faker, s.first) }),
		roles:        world(faker.JobTitle, few(1, 2)),
		cities:       world(faker.City, few(1, 1)),
		countries:    latin(faker.Country),
		countryCodes: latin(faker.CountryAbr),
		regions:      world(faker.State, few(1, 2)),
		zips:         latin(faker.Zip),
		currencies:   latin(faker.CurrencyShort),
		products:     world(faker.ProductName, few(1, 3)),
		categories:   world(faker.ProductCategory, few(1, 2)),
		topics:       world(faker.BuzzWord, few(1, 4)),
		messages:     world(func() string { return faker.ErrorValidation().Error() }, few(2, 6)),
		phrases:      world(faker.Phrase, few(1, 4)),
		sentences:    world(func() string { return faker.Sentence() }, few(4, 10)),
		// Reserved for examples (RFC 2606): no mail reaches a stranger.
		domains: words{"example.org", "example.com", "example.net"},
	}
}

// fill makes the texts of one kind; every otherScripts-th comes from other.
func fill(make, other func() string) words {
	all := slices.Grow(words(nil), vocabularySize)
	for i := range vocabularySize {
		text := make
		if other != nil && i%otherScripts == 0 {
			text = other
		}
		all = append(all, string(appendEscaped(nil, text())))
	}
	return all
}

// pick chooses one of a list.
func pick(faker *gofakeit.Faker, list []string) string { return list[faker.IntN(len(list))] }
