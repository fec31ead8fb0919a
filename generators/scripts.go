package generators

// script is a handful of words in one writing system, for gofakeit knows Latin
// alone. The two names of an entry need not go together.
type script struct {
	name  string
	first []string
	last  []string
	words []string
}

// scripts are what one text in five is written in.
var scripts = [...]script{
	{
		name:  "Latin with diacritics",
		first: []string{"Zoë", "Łukasz", "Ağca", "Þóra", "Đặng", "Renée"},
		last:  []string{"Müller-Großmann", "Çelik", "Świątek", "Ørsted", "Nguyễn", "O’Néill"},
		words: []string{"café", "größe", "señal", "żółty", "ångström", "crème brûlée", "İstanbul", "façade", "œuvre"},
	},
	{
		name:  "Cyrillic",
		first: []string{"Алексей", "Мария", "Їжак", "Ђорђе", "Наталя"},
		last:  []string{"Соколова", "Шевченко", "Петровић", "Ёлкин", "Бойко"},
		words: []string{"доставка", "цена", "обувь", "возврат", "телефон", "знижка", "рука", "зелёный"},
	},
	{
		name:  "Greek",
		first: []string{"Ελένη", "Γιώργος", "Δήμητρα", "Νίκος"},
		last:  []string{"Παπαδόπουλος", "Οικονόμου", "Βασιλείου", "Ιωάννου"},
		words: []string{"παράδοση", "τιμή", "κάρτα", "επιστροφή", "ΐ", "χρώμα", "μέγεθος"},
	},
	{
		name:  "Arabic",
		first: []string{"محمد", "فاطمة", "ليلى", "يوسف"},
		last:  []string{"الحسيني", "عبد الله", "القاسمي", "منصور"},
		words: []string{"توصيل", "سعر", "بطاقة", "إرجاع", "حذاء", "١٢٣", "لون"},
	},
	{
		name:  "Hebrew",
		first: []string{"נועה", "יוסף", "תמר", "אליעזר"},
		last:  []string{"כהן", "לוי", "מזרחי", "פרידמן"},
		words: []string{"משלוח", "מחיר", "כרטיס", "החזרה", "נעל", "צבע", "הנחה"},
	},
	{
		name:  "Chinese, Japanese and Korean",
		first: []string{"小明", "美玲", "さくら", "ケンジ", "지민", "서연"},
		last:  []string{"王", "欧阳", "佐藤", "長谷川", "김", "남궁"},
		words: []string{"配送", "价格", "退貨", "靴", "カード", "ください", "배송", "환불", "𠮷野家"},
	},
	{
		name:  "Devanagari",
		first: []string{"अर्जुन", "प्रिया", "क्षितिज", "लक्ष्मी"},
		last:  []string{"शर्मा", "कुलकर्णी", "त्रिपाठी", "सिंह"},
		words: []string{"वितरण", "मूल्य", "कार्ड", "वापसी", "जूता", "रंग", "छूट"},
	},
	{
		name:  "emoji",
		first: []string{"Max 🙂", "🌸 Mei", "Kai👨‍👩‍👧"},
		last:  []string{"🦊 Fox", "Stern ⭐", "West 🏳️‍🌈"},
		words: []string{"🛒", "📦", "👟", "💳", "🇩🇪", "👍🏽", "❤️", "1️⃣"},
	},
}
