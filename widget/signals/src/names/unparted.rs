//! Names in scripts that put no blanks between words: 李明, 山田太郎です, 김민수입니다.

use super::Name;

/// Words that are no name.
const NO_NAMES: &str = "不|没|是|的|我|你|他|退|订|单|客服|人工|货|款|谢|吗|呢|要|什么|怎|好|请|注文|返品|担当|お願い|ません|\
     秘密|비밀|いいえ|はい|ない|嫌|たく|ます|どこ|なぜ|人間|아니|싫|상담|주문|환불|없|네|어디|왜";

/// A sign of a script that does not part its words, or of Hangul, whose names are written together.
pub fn is_unparted(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// The name in an answer such as 我叫李明.
pub fn name_in(text: &str) -> Option<Name> {
    let mut name = text.trim_end_matches(['。', '.', '！', '!']);
    if name.is_empty() || !name.chars().all(|c| is_unparted(c) || " \u{3000}·".contains(c)) {
        return None;
    }
    for start in [
        "私の名前は",
        "名前は",
        "私は",
        "我的名字是",
        "我的名字叫",
        "我叫",
        "我是",
        "叫我",
        "제 이름은",
        "저는",
    ] {
        name = name.strip_prefix(start).unwrap_or(name);
    }
    for end in ["と申します", "といいます", "です", "입니다", "이에요", "예요"]
    {
        name = name.strip_suffix(end).unwrap_or(name);
    }
    let name = name.trim();
    let is_right = (2..=9).contains(&name.chars().count())
        && !NO_NAMES.split('|').any(|word| name.contains(word));
    is_right.then(|| Name { name: name.to_owned(), says_more: false })
}
