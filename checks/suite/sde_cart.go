package suite

// cartRows look at the SDE cart.
func cartRows() []Row {
	return []Row{
		row("SC-01", "The smallest documented cart is what a shop with one price and one number sends."),
		row("SC-02", "A cart with all documented members is what agents see when they help at the checkout.",
			append(generated("SC-02"), written("two lines", `{"type":"cart","total":64.25,"currency":"EUR","numItems":3,"products":[`+
				`{"product":{"name":"desk lamp","category":"lighting","sku":"LMP-204","price":21.75},"quantity":2},`+
				`{"product":{"name":"led bulb","category":"lighting","sku":"BLB-011","price":20.75},"quantity":1}]}`))...),
		row("SC-03", "A cart without its total cannot be targeted by value, which is what carts are reported for."),
		row("SC-04", "A cart without its number of items is half of the two facts that the documents demand."),
		row("SC-05", "A line without a product says that two of something were bought."),
		row("SC-06", "A total that is no number makes every rule that compares it fail for this visitor."),
		row("SC-07", "Tells whether numbers may be quoted, as some documented samples quote them."),
		row("SC-08", "Tells whether counts may be fractions."),
		row("SC-09", "Tells where totals and counts are bounded."),
		row("SC-10", "Tells whether the sums of a cart are checked."),
		row("SC-11", "Tells how empty, odd and very long carts are taken."),
		row("SC-12", "Tells whether currencies are checked against a list."),
	}
}
