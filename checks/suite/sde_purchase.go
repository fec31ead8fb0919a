package suite

// purchaseRows look at the SDE purchase.
func purchaseRows() []Row {
	return []Row{
		row("SP-01", "The smallest documented purchase is what a shop sends that tracks no products."),
		row("SP-02", "A purchase with all documented members is what conversion is counted by."),
		row("SP-03", "A purchase whose cart lists nothing says that money was paid for nothing."),
		row("SP-04", "An order whose number or total has another type cannot be found again."),
		row("SP-05", "Tells whether member names are compared letter by letter, as older samples have them otherwise."),
		row("SP-06", "Tells whether an order that is reported twice counts twice.",
			repeat("purchase", 2)),
		row("SP-07", "Tells whether order numbers may be numbers, and how long they may be."),
		row("SP-08", "Tells whether the shape of the read side may be written."),
	}
}
