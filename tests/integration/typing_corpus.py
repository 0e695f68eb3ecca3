"""Texts that have gone wrong when programs typed them, and one of each writing."""

TEXTS = {
    "leading capital": "The first letter is a capital one.",
    "one letter": "I",
    "english": "It was the best of times, it was the worst of times; it was the age of wisdom.",
    "every key": "`1234567890-=[]\\;',./~!@#$%^&*()_+{}|:\"<>?",
    "accents": "Où est-ce que ça s'achève, à Noël, Zoë? Smørrebrød, über, señor, žluťoučký kůň, ação, Łódź",
    "dead keys": "^ ´ ` ¨ ~ ê é è ë ñ ^^ ~~ ``",
    "quotes": "“She said ‘no’” – „gewiss“, «oui», 'plain' and \"plain\" … — that’s it",
    "german": "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich: 100 € & 50 §!",
    "cyrillic": "Съешь же ещё этих мягких французских булок, да выпей чаю. Ґанок їжака",
    "greek": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Ταΐζω",
    "chinese": "我能吞下玻璃而不伤身体。",
    "japanese": "いろはにほへと チリヌルヲ 東京特許許可局",
    "korean": "키스의 고유조건은 입술끼리 만나야 하고",
    "hebrew": "דג סקרן שט בים מאוכזב",
    "arabic": "نص حكيم له سر قاطع",
    "emoji": "👍 👍🏽 👩‍👩‍👧 🏳️‍🌈 🇩🇪 ☕️",
    "currency": "£5 is about €6, ¥900 or ₹500; ½ of 2 m² is 1 m², ±5 °C",
    "tabs": "one\ttwo\t\tthree",
    "repeated": "aaaa bbbb ll ss 1111 éééé 中中中",
    "long": " ".join(f"word{n}" for n in range(60)),
}

LINES = "first line\nsecond line\n\nfourth"

# 200 characters of ever other writings, none twice: more than a keyboard has keys to spare.
MANY = "".join(chr(first + n) for first in (0x430, 0x3B1, 0x4E00, 0x3042, 0xAC00, 0x5D0, 0x1F600, 0x100, 0x2200, 0x16A0)
               for n in range(20))
