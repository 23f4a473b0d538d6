//! Numbers of cards and accounts, passwords and one-time codes, taken out of a visitor's words
//! before anything else is done with them.
//!
//! A card number is one by its check digit (ISO/IEC 7812, Luhn), an IBAN by its country's length
//! and its remainder (ISO 13616, mod 97), a security code or an expiry date by what stands beside
//! it, a password or a one-time code by its label. Order numbers, telephone numbers and dates stay.

mod accounts;
mod cards;
mod codes;
mod groups;
mod one_time;
mod passwords;
mod signs;
mod spelt_out;

use signs::digit;

/// What was taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    pub card: bool,
    pub iban: bool,
    /// Or a PIN.
    pub password: bool,
    /// A one-time code.
    pub code: bool,
}

impl Masked {
    pub fn any(self) -> bool {
        self.card || self.iban || self.password || self.code
    }
}

/// The text without what must not be kept, shown or sent; it is the text itself where nothing was
/// found.
pub fn mask(text: &str) -> (String, Masked) {
    let mut masked = Masked::default();
    let mut cuts: Vec<Cut> = Vec::new();
    let groups = groups::of(text);
    for (from, to) in accounts::ibans(text) {
        masked.iban = true;
        cuts.push(Cut { from, to, shown: last_four(&text[from..to]) });
    }
    let mut at = 0;
    while at < groups.len() {
        match cards::card_at(text, &groups, at).filter(|last| {
            !cuts.iter().any(|cut| cut.from < groups[*last].to && groups[at].from < cut.to)
        }) {
            Some(last) => {
                masked.card = true;
                let (from, to) = (groups[at].from, groups[last].to);
                cuts.push(Cut { from, to, shown: last_four(&text[from..to]) });
                at = last + 1;
            }
            None => at += 1,
        }
    }
    let numbers: Vec<(usize, usize)> =
        if masked.card { cuts.iter().map(|cut| (cut.from, cut.to)).collect() } else { Vec::new() };
    for (from, to) in codes::find(text, &groups, &numbers) {
        masked.card = true;
        cuts.push(Cut { from, to, shown: "•••".to_owned() });
    }
    for (from, to) in passwords::find(text) {
        masked.password = true;
        cuts.push(Cut { from, to, shown: "[password removed]".to_owned() });
    }
    for (from, to) in one_time::find(text, &groups) {
        // A card's security code is called so too.
        if !cuts.iter().any(|cut| cut.from < to && from < cut.to) {
            masked.code = true;
            cuts.push(Cut { from, to, shown: "[code removed]".to_owned() });
        }
    }
    (cut_out(text, cuts), masked)
}

/// Bytes of the text, and what stands there in their stead.
struct Cut {
    from: usize,
    to: usize,
    shown: String,
}

fn cut_out(text: &str, mut cuts: Vec<Cut>) -> String {
    cuts.sort_by_key(|cut| (cut.from, std::cmp::Reverse(cut.to)));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for cut in cuts {
        if cut.from >= at {
            out.push_str(&text[at..cut.from]);
            out.push_str(&cut.shown);
        }
        // Of two that overlap, what only the later one covers is taken out as well.
        at = at.max(cut.to);
    }
    out.push_str(&text[at..]);
    out
}

fn last_four(text: &str) -> String {
    let signs: Vec<char> = text
        .chars()
        .filter_map(|c| digit(c).or(Some(c).filter(char::is_ascii_alphanumeric)))
        .collect();
    format!("•••• {}", signs[signs.len().saturating_sub(4)..].iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{cards::has_check_digit, *};
    use proptest::prelude::*;

    #[test]
    fn what_must_not_travel_is_taken_out() {
        for (text, shown) in [
            (
                "my card 4111 1111 1111 1111 exp 12/27 cvc 123 was charged twice",
                "my card •••• 1111 exp ••• cvc ••• was charged twice",
            ),
            ("4111-1111-1111-1111", "•••• 1111"),
            ("card:4111111111111111.", "card:•••• 1111."),
            ("378282246310005, 12/2027, 1234 please", "•••• 0005, •••, ••• please"),
            ("card:4111 1111 1111 1111exp1227", "card:•••• 1111exp•••"),
            ("4111 1111 1111 1111exp12/27 please", "•••• 1111exp••• please"),
            ("4111111111111111cvc123exp1227", "•••• 1111cvc•••exp•••"),
            ("4111 1111 1111 1111eur240", "•••• 1111eur240"),
            ("visa4111111111111111", "visa•••• 1111"),
            ("4111,1111,1111,1111", "•••• 1111"),
            ("(4111)(1111)(1111)(1111)", "(•••• 1111)"),
            ("my pass word = hunter2secret", "my pass word = [password removed]"),
            ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "•••• 1111"),
            ("４１１１ １１１１ １１１１ １１１１", "•••• 1111"),
            ("5500 0000 0000 0004 and 6011 0009 9013 9424", "•••• 0004 and •••• 9424"),
            ("4111 1111\n1111 1111", "•••• 1111"),
            ("番号は4111111111111111です", "番号は•••• 1111です"),
            (
                "I was charged 240 euros on 4111 1111 1111 1111 240 euros too much",
                "I was charged 240 euros on •••• 1111 240 euros too much",
            ),
            ("send it to DE89 3704 0044 0532 0130 00 please", "send it to •••• 3000 please"),
            ("gb29nwbk60161331926819", "•••• 6819"),
            ("password: hunter2", "password: [password removed]"),
            (
                "Login kim, Password = hunter!! thanks",
                "Login kim, Password = [password removed] thanks",
            ),
            (
                "my password is hunter2 and it fails",
                "my password is [password removed] and it fails",
            ),
            ("my password is swordfish", "my password is [password removed]"),
            (
                "my password for your shop is Blue7fern.",
                "my password for your shop is [password removed].",
            ),
            ("mein Passwort ist geheim123", "mein Passwort ist [password removed]"),
            ("Passwort: Rosenrot", "Passwort: [password removed]"),
            ("mot de passe : abc123", "mot de passe : [password removed]"),
            ("mi contraseña es Sol2024", "mi contraseña es [password removed]"),
            ("パスワードはhunter2です", "パスワードは[password removed]です"),
            ("密码是abc12345", "密码是[password removed]"),
            ("my password is \"two words\" ok", "my password is \"[password removed]\" ok"),
            ("my PIN is 4821", "my PIN is [password removed]"),
            ("the cvv is 123", "the cvv is •••"),
            (
                "4111-1111 1111-1111, valid thru 09/28, code 321",
                "•••• 1111, valid thru •••, code •••",
            ),
            ("my password's hunter2", "my password's [password removed]"),
            ("Password - hunter2", "Password - [password removed]"),
            ("pw: hunter2", "pw: [password removed]"),
            ("my password is now Tulip99", "my password is now [password removed]"),
            ("my password is a b c", "my password is [password removed]"),
            ("Passwort: h u n t e r 2, danke", "Passwort: [password removed], danke"),
            ("my PIN is one two three four", "my PIN is [password removed]"),
            ("the pin is forty-eight twenty-one.", "the pin is [password removed]."),
            ("meine PIN ist vier acht zwei eins", "meine PIN ist [password removed]"),
            ("PIN 4 8 2 1 please", "PIN [password removed] please"),
            ("your code is 123456", "your code is [code removed]"),
            ("Your PayPal code is: 123 456.", "Your PayPal code is: [code removed]."),
            ("TAN 482913", "TAN [code removed]"),
            ("the tan is 482913", "the tan is [code removed]"),
            ("mTAN: 482-913", "mTAN: [code removed]"),
            ("OTP 4829", "OTP [code removed]"),
            (
                "G-482913 is your Google verification code",
                "G-[code removed] is your Google verification code",
            ),
            ("482913 ist Ihr Code", "[code removed] ist Ihr Code"),
            ("use 48291377 as your login code", "use [code removed] as your login code"),
            ("the code I got by SMS is 4829", "the code I got by SMS is [code removed]"),
            ("the SMS code 482913 fails", "the SMS code [code removed] fails"),
            ("Code: 482913", "Code: [code removed]"),
            ("my code is 482913, what now", "my code is [code removed], what now"),
            ("Mein Bestätigungscode lautet 482913", "Mein Bestätigungscode lautet [code removed]"),
            ("votre code est 4829", "votre code est [code removed]"),
            ("Tu código de verificación es 482913", "Tu código de verificación es [code removed]"),
            ("验证码是482913", "验证码是[code removed]"),
            ("my TAN is four eight two nine one three", "my TAN is [code removed]"),
        ] {
            let (left, masked) = mask(text);
            assert_eq!(left, shown);
            assert!(masked.any(), "{text}");
        }
    }

    #[test]
    fn what_may_travel_stays() {
        for text in [
            "where is order FT-20418",
            "my order number is 4111111111111112",
            "part X4111111111111111 or 79927398713000000003A",
            "we need 1,200, 3,400, 5,600 and 7,800 of them",
            "pass word lost",
            "tracking 9400111899223197428490",
            "order 79927398713000000003 and parcel 00340434161094042557",
            "call me at +49 170 1234567 or 0049 30 1234 5678 901",
            "on 12/27 or 05-06-2026 at 09:30",
            "IMEI 490154203237518",
            "I want a refund of 1,240.50 euros for 3 ferns",
            "how do I reset my password?",
            "my password is wrong",
            "my password is not working",
            "password reset does not work",
            "Password: how do I change it?",
            "I forgot the password of kim@example.org",
            "the password field is red",
            "the password's wrong",
            "my order code is 321",
            "what is my password",
            "what is my code",
            "your order code is 482913",
            "my order number is 482913",
            "use discount code 123456 at the checkout",
            "the discount code you sent me is 123456",
            "Rabatt-Code: 123456",
            "code 123456 does not work",
            "my postcode is 12345",
            "my zip code is 12345",
            "mon code postal est 75011",
            "the error code is 404123",
            "the boots in tan 482913",
            "your code is 12 euros too dear",
            "the code is 1.234,50",
            "order 482913 is your fault",
            "482913 is my order, your code failed",
            "pin the one two of three",
            "one two three four ferns please",
            "my password is a 4 letter word, I forgot",
            "pin it to the wall 1234 times",
            "DE is my country, 12345 Berlin",
            "",
        ] {
            assert_eq!(mask(text), (text.to_owned(), Masked::default()));
        }
    }

    fn with_check_digit(mut digits: String) -> String {
        let last = (0..10)
            .map(|last| format!("{digits}{last}"))
            .find(|number| has_check_digit(number))
            .expect("one of ten");
        digits.clear();
        digits + &last
    }

    proptest! {
        #[test]
        fn a_card_number_is_never_left_however_it_is_written(
            rest in "[0-9]{14}",
            separator in "( |-|\\.|  | - )?",
            every in 2usize..6,
            before in "[j-l ,]{0,20} ",
            after in "( [j-l ,]{0,20})?",
        ) {
            let number = with_check_digit(format!("4{rest}"));
            let digits = number.as_bytes().chunks(every);
            let written: Vec<_> = digits.map(|part| String::from_utf8_lossy(part)).collect();
            let (left, masked) = mask(&format!("{before}{}{after}", written.join(&separator)));
            prop_assert!(masked.card);
            prop_assert_eq!(left, format!("{before}•••• {}{after}", &number[12..]));
        }

        #[test]
        fn a_number_without_its_check_digit_stays(rest in "[0-9]{15}") {
            let number = format!("4{rest}");
            prop_assume!(!has_check_digit(&number));
            let text = format!("my order {number} is late");
            prop_assert_eq!(mask(&text).0, text);
        }

        #[test]
        fn any_unicode_is_masked_without_a_panic_and_once_is_enough(text in "\\PC{0,120}") {
            let (left, _) = mask(&text);
            prop_assert_eq!(mask(&left).0, left);
        }
    }
}
