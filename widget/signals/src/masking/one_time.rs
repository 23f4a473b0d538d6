//! One-time codes: TANs, and codes that came by SMS or e-mail, by the words beside them. Codes of
//! orders, discounts, places and errors stay.

use super::{codes::is_money, groups::Group, signs::is_word, spelt_out};

/// What only a one-time code is called, in lower case, one blank between the words.
const LABELS: &str = "otp|totp|mtan|smstan|sms tan|pushtan|push tan|phototan|one time code|\
     one time passcode|one time password|one time pin|verification code|verification pin|\
     security code|authentication code|authenticator code|auth code|login code|log in code|\
     sign in code|access code|2fa code|mfa code|two factor code|sms code|recovery code|\
     reset code|einmalcode|einmalpasswort|einmalkennwort|bestätigungscode|verifizierungscode|\
     verifikationscode|sicherheitscode|authentifizierungscode|anmeldecode|logincode|login code|\
     zugangscode|freischaltcode|smscode|code de vérification|code de verification|\
     code de sécurité|code à usage unique|code d accès|code sms|código de verificación|\
     codigo de verificacion|código de seguridad|código de acceso|código sms|codice di verifica|\
     codice di sicurezza|codice sms|código de verificação|codigo de verificacao|\
     código de segurança|verificatiecode|beveiligingscode|inlogcode|kod weryfikacyjny|kod sms|\
     doğrulama kodu|onay kodu|код подтверждения|код из смс|验证码|認証コード|確認コード|인증번호";
/// A word for many codes, which needs more beside it.
const CODES: &str = "code kod código codigo codice";
/// A colour as well: in capitals, or with a word that says that it follows.
const TAN: &str = "tan";

const IS: &str = "is was ist lautet war est es è é jest";
const AS: &str = "as als comme como come";
/// Whose the code is, as messages with codes say it.
const YOUR: &str = "your ur dein deinen deiner ihr ihren ihrer euer votre ton tu su tuo suo seu \
                    teu je jouw uw twój twoj";
/// What may stand before "code" where nothing else is said of it.
const PLAIN: &str = "the my this a der mein den meinen dieser le mon ce el mi este il mio o meu de \
                     het mijn mój moj";
/// How a code came.
const SENT: &str = "sms text texted message sent got received mail email whatsapp phone app \
                    authenticator handy telefon nachricht geschickt gesendet bekommen erhalten \
                    téléphone reçu envoyé móvil recibí enviado ricevuto inviato recebi telefoon \
                    ontvangen gestuurd telefonu";
/// What makes it a code of another kind.
const OTHERS: &str = "promo promotion promotional discount coupon voucher gift offer referral \
                      campaign order booking reservation reference ref tracking parcel shipping \
                      delivery pickup collection locker return returns post postal zip area \
                      country dialling dialing error exit status product item article model part \
                      colour color size customer client bar qr source dress tax sort bank swift \
                      airport rabatt gutschein aktions bestell fehler artikel produkt länder \
                      kunden abhol";

/// Words between a label and the one that says that the code follows.
const MOST_BETWEEN: usize = 6;

/// Where one-time codes stand.
pub fn find(text: &str, groups: &[Group]) -> Vec<(usize, usize)> {
    let mut found: Vec<_> = (0..groups.len())
        .filter_map(|first| number(text, groups, first))
        .filter(|own| is_labelled(text, own))
        .map(|own| (own.from, own.to))
        .collect();
    let spelt_out = spelt_out::digits(text).into_iter();
    found.extend(
        spelt_out
            .filter(|(from, to)| is_labelled(text, &Number { from: *from, to: *to, digits: 0 })),
    );
    found
}

/// A number that may be a code.
struct Number {
    from: usize,
    to: usize,
    /// How many; 0 where they are spelt out.
    digits: usize,
}

/// Four to eight digits, in one piece or in pieces of one length: "482 913".
fn number(text: &str, groups: &[Group], first: usize) -> Option<Number> {
    let joins = |at: usize| {
        at > 0
            && at < groups.len()
            && matches!(&text[groups[at - 1].to..groups[at].from], " " | "-" | "\u{a0}")
    };
    if joins(first) {
        return None;
    }
    let last = (first..groups.len()).find(|at| !joins(at + 1)).unwrap_or(first);
    let pieces = &groups[first..=last];
    let length = pieces[0].digits.len();
    let digits = length * pieces.len();
    let (from, to) = (pieces[0].from, pieces[pieces.len() - 1].to);
    let (before, after) = (&text[..from], &text[to..]);
    let is_part = before.ends_with(|c| is_word(c) || c == '•' || c == '+')
        || after.starts_with(|c| is_word(c) || c == '•')
        || before.ends_with(['.', ',', '/'])
            && before.trim_end_matches(['.', ',', '/']).ends_with(char::is_numeric)
        || after.starts_with(['.', ',', '/', ':']) && after[1..].starts_with(char::is_numeric);
    let is_one = (4..=8).contains(&digits)
        && pieces.iter().all(|piece| piece.digits.len() == length)
        && !is_part
        && !is_money(after, before);
    is_one.then_some(Number { from, to, digits })
}

fn is_labelled(text: &str, own: &Number) -> bool {
    is_labelled_before(&text[..own.from], own) || is_labelled_behind(&text[own.to..], own)
}

/// "Your code is 482913", "TAN 482913".
fn is_labelled_before(before: &str, own: &Number) -> bool {
    let sentence = before.rsplit(['.', '!', '?', '\n', ';']).next().unwrap_or_default();
    let is_capital = words(sentence).last().is_some_and(|word| word == "TAN");
    let all = lower(sentence);
    let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
    // "G-482913".
    if before.ends_with("G-") {
        all.pop();
    }
    let mut follows = sentence.trim_end().ends_with([':', '=', '：']);
    if all.last().is_some_and(|word| is_any(word, IS)) {
        all.pop();
        follows = true;
    }
    let is_wide = |label: &str| label.starts_with(|c: char| c > '\u{2e80}');
    let wide = sentence.trim_end_matches(|c: char| c.is_whitespace() || ":：=は是".contains(c));
    if LABELS.split('|').any(|label| is_wide(label) && wide.ends_with(label)) {
        return true;
    }
    let most = if follows { MOST_BETWEEN.min(all.len()) } else { 0 };
    (0..=most).any(|between| {
        let (all, between) = all.split_at(all.len() - between);
        ends_with_label(all)
            || (all.last() == Some(&TAN) && (follows || is_capital))
            || (follows && is_code(all, between, own))
    })
}

/// "482913 is your code".
fn is_labelled_behind(after: &str, own: &Number) -> bool {
    let sentence = after.split(['.', '!', '?', '\n', ';', ',']).next().unwrap_or_default();
    let all = lower(sentence);
    let all: Vec<&str> = all.iter().map(String::as_str).take(MOST_BETWEEN + 2).collect();
    let Some((is, all)) = all.split_first() else { return false };
    (is_any(is, IS) || is_any(is, AS))
        && (1..=all.len()).any(|end| {
            ends_with_label(&all[..end])
                || all[..end].last() == Some(&TAN)
                || is_code(&all[..end], &[], own)
        })
}

/// Whether the words end in a word for any code, of which nothing says that it is of another kind.
fn is_code(all: &[&str], between: &[&str], own: &Number) -> bool {
    let Some((last, all)) = all.split_last() else { return false };
    let near = &all[all.len().saturating_sub(3)..];
    if !is_any(last, CODES) || near.iter().chain(between).any(|word| is_any(word, OTHERS)) {
        return false;
    }
    let was_sent = between.iter().any(|word| is_any(word, SENT));
    let is_yours = between.is_empty() && near.iter().any(|word| is_any(word, YOUR));
    let is_plain = between.is_empty()
        && near.last().is_none_or(|word| is_any(word, PLAIN))
        && matches!(own.digits, 0 | 6);
    was_sent || is_yours || is_plain
}

fn ends_with_label(words: &[&str]) -> bool {
    LABELS.split('|').any(|label| {
        let count = label.split(' ').count();
        words.len() >= count && label.split(' ').eq(words[words.len() - count..].iter().copied())
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn lower(text: &str) -> Vec<String> {
    words(text).map(str::to_lowercase).collect()
}

fn is_any(word: &str, list: &str) -> bool {
    list.split_whitespace().any(|own| own == word)
}
