//! Does somebody speak of harming themselves? By rules and not by what was learned: the lists can
//! be read and argued about, and in doubt a person answers. Idioms of the same words ("this is
//! killing me", "kill the process") are told apart.

use crate::words::{Words, is_any, respelt};

/// What is said of oneself or of somebody near. A `*` stands for any ending, a `_` for a word or
/// none.
const PHRASES: &str = "suicid*|sucid*|suiside*|kill myself|kil myself|kill my self|killing myself|\
     want to kms|wanna kms|gonna kms|going to kms|unalive myself|kill himself|kill herself|\
     kill themselves|kill themself|end my life|ending my life|end his life|end her life|\
     take my own life|taking my own life|take my life|take his own life|take her own life|\
     took her own life|took his own life|end it all|ending it all|want to _ die|wants to _ die|\
     wanna _ die|ready to die|wish i was dead|wish i were dead|wish i wasnt alive|better off dead|\
     better off without me|better without me|better off if i _ gone|better off if i _ here|\
     better off not being here|better off not being alive|rather be dead|dont want to live|\
     dont want to be alive|dont wanna live|\
     doesnt want to live|do not want to live|dont want to exist|dont want to be here anymore|\
     dont want to wake up|never wake up|not wake up again|no reason to live|no reason to go on|\
     no reason to carry on|reason to keep going|nothing to live for|no point in living|\
     point of living|point in living|nothing left to live for|life is meaningless|\
     life has no meaning|no point living|cant go on living|tired of living|tired of being alive|\
     life is not worth living|life isnt worth living|harm myself|harming myself|selfharm*|\
     self harm*|want to hurt myself|might hurt myself|going to hurt myself|gonna hurt myself|\
     hurting myself|cutting myself|cut myself again|want to cut myself|cut my wrists|\
     slit my wrists|hang myself|hanging myself|shoot myself|drown myself|jump off a bridge|\
     jump off the bridge|jump in front of a train|took an overdose|taking an overdose|\
     overdose on my|took all the pills|took all my pills|took all the tablets|took all my tablets|\
     took all his pills|took all her pills|took all the sleeping pills|taken all the pills|\
     taken all my pills|taken all the tablets|taken all my tablets|taken all his pills|\
     taken all her pills|taken all the sleeping pills|swallowed all the pills|\
     swallowed all my pills|swallowed all the tablets|swallowed all my tablets|\
     swallowed all his pills|swallowed all her pills|swallowed all the sleeping pills|\
     whole bottle of pills|whole packet of pills|whole pack of pills|\
     took a bottle of sleeping pills|took too many pills|taken too many pills|\
     took too many tablets|alle tabletten geschluckt|alle tabletten genommen|\
     alle pillen geschluckt|alle pillen genommen|alle schlaftabletten|avalé tous les cachets|\
     avalé tous les comprimés|avalé tous mes comprimés|pris tous les comprimés|\
     pris tous les cachets|pris tous mes comprimés|pris tous mes cachets|\
     tomado todas las pastillas|tomé todas las pastillas|tragado todas las pastillas|\
     tragué todas las pastillas|preso tutte le pillole|ingoiato tutte le pillole|\
     preso tutte le pastiglie|tomei todos os comprimidos|engoli todos os comprimidos|\
     alle pillen ingenomen|alle pillen geslikt|połknąłem wszystkie tabletki|\
     połknęłam wszystkie tabletki|wziąłem wszystkie tabletki|wzięłam wszystkie tabletki|\
     выпил все таблетки|выпила все таблетки|bütün hapları içtim|bütün hapları yuttum|\
     mich _ umbringen|sich _ umbringen|mich _ umzubringen|bringe mich um|bring mich um|\
     mir das leben nehmen|mir das leben zu nehmen|das leben nehmen|nicht mehr leben|mehr zu leben|\
     will _ sterben|möchte _ sterben|nur sterben|nur noch sterben|sterben will|sterben möchte|\
     selbstmord*|suizid*|lebensmüde|leben beenden|leben zu beenden|mich töten|mich erhängen|\
     mich ritze|mich ritzen|mich wieder geritzt|wieder geschnitten|will tot sein|wäre ich tot|\
     lieber tot|selbst verletzen|selbst verletze|me suicider|veux me tuer|vais me tuer|\
     envie de me tuer|veux mourir|envie de mourir|voudrais mourir|fin à mes jours|fin à ma vie|\
     plus envie de vivre|veux plus vivre|peux plus de vivre|en finir avec la vie|me pendre|\
     me faire du mal|môter la vie|quiero matarme|voy a matarme|ganas de matarme|pienso en matarme|\
     quiero morir|quiero morirme|me quiero morir|me quiero matar|quitarme la vida|\
     acabar con mi vida|terminar con mi vida|no quiero vivir|no quiero seguir viviendo|\
     no tengo ganas de vivir|sin ganas de vivir|hacerme daño|cortarme las venas|ahorcarme|\
     uccidermi|ammazzarmi|voglio morire|mi voglio ammazzare|mi voglio uccidere|faccio più a vivere|\
     vorrei morire|togliermi la vita|farla finita|non voglio più vivere|più voglia di vivere|\
     farmi del male|tagliarmi le vene|impiccarmi|suicíd*|quero me matar|vou me matar|\
     vontade de me matar|quero morrer|queria morrer|tirar minha vida|tirar a minha vida|\
     acabar com a minha vida|acabar com minha vida|não quero viver|aguento mais viver|\
     não quero mais viver|mais vontade de viver|nao quero viver|nao quero mais viver|me enforcar|\
     me mutil*|zelfmoord*|suïcid*|mezelf doden|mezelf van kant|mezelf van het leven|ik wil _ dood|\
     wil niet meer leven|einde aan mijn leven|mezelf ophangen|mezelf pijn doen|mezelf wat aandoen|\
     mezelf iets aandoen|mezelf snijden|ik wil _ sterven|samobój*|zabić się|się zabić|zabiję się|\
     się zabiję|chcę umrzeć|nie chcę żyć|nie chce mi się żyć|odebrać sobie życie|skończyć ze sobą|\
     powiesić się|się powiesić|zrobić sobie krzywdę|okaleczam się|zabic sie|chce umrzec|\
     nie chce zyc|intihar*|kendimi öldür*|ölmek istiyorum|yaşamak istemiyorum|hayatıma son|\
     canıma kıy*|kendime zarar|olmek istiyorum|yasamak istemiyorum|самоубий*|суицид*|\
     покончить с собой|покончу с собой|убить себя|убью себя|хочу умереть|не хочу жить|жить не хочу|\
     не хочется жить|наложить на себя руки|आत्महत्या|खुदकुशी|मरना चाहता|मरना चाहती|जीना नहीं चाहता|\
     जीना नहीं चाहती|marna chahta|marna chahti|انتحار|الانتحار|أنتحر|انتحر|سأنتحر|أقتل نفسي|\
     اقتل نفسي|قتل نفسي|أريد أن أموت|اريد ان اموت|لا أريد أن أعيش|لا أريد العيش|لا اريد ان اعيش|\
     أنهي حياتي|إنهاء حياتي|انهاء حياتي";

/// The same where words are not parted by blanks.
const UNPARTED: &str = "死にたい|自殺|死のうと|消えてしまいたい|消えたい|生きるのがつらい|生きるのが辛い|生きるのに疲れ|生きていたくない|生きたくない|命を絶|\
     リストカット|自杀|自殺|想死|不想活|结束生命|结束我的生命|轻生|活不下去|活着没意思|活着没有意思|割腕|자살|죽고 싶|죽고싶|살고 싶지 않|살기 싫";

/// What only sounds like it: titles, idioms, and lives that are insured or lived elsewhere. Taken
/// out before the phrases are looked for.
const IDIOMS: &str = "go on waiting|go on paying|carry on waiting|carry on paying|suicide squad|\
     suicide door*|suicide girls|suicidegirls|not suicidal|life insurance|life policy|life cover|\
     suicidal tendencies|in the foot|die laughing|die of laughter|die of embarrassment|\
     die of boredom|die of shame|die from laughter|die from boredom|vor lachen|vor scham|\
     vor hunger|vor langeweile|vor neugier|de rire|de honte|de faim|de soif|de chaud|de froid|\
     d ennui|dennui|de risa|de hambre|de vergüenza|de sed|de calor|de frío|di fame|di sete|di noia|\
     di vergogna|dalle risate|dal ridere|de rir|de fome|de vergonha|de sede|ze śmiechu|ze wstydu|\
     z głodu|z nudów|van het lachen|van de honger|gülmekten|açlıktan";

/// "I do not want to live in Berlin": where, or with whom.
const PLACES: &str = "in at near with there next on auf bei neben dort hier à chez avec en con \
                      cerca a vicino em com perto bij naast daar w z tam в с там";
const LIVES: &str = "live leben vivre vivir vivere viver żyć жить";

/// What is said to want to die and is no person.
const THINGS: &str = "plant plants fern ferns tree flower flowers fig cactus orchid orchids rose \
                      roses phone laptop battery computer car printer app pflanze pflanzen blume \
                      blumen baum handy akku planta plantas plante plantes fleur fleurs pianta \
                      piante fiore plantje roślina kwiat bitki bitkim";

/// "I could kill myself for forgetting it" and "I nearly hurt myself on the pot".
const LIGHTLY: &str = "could* nearly almost accidentally";

/// Whether a text says so.
pub fn is_crisis(text: &str) -> bool {
    find(text, &Words::of(text)).is_some()
}

/// The words that say so, as they were written: `words` are those of the text.
pub fn find(text: &str, words: &Words) -> Option<String> {
    let quote = |words: &Words, (from, to)| words.quote(text, from, to).to_owned();
    if let Some(found) = unparted(text, words) {
        return Some(quote(words, found));
    }
    by_phrases(words).map(|found| quote(words, found)).or_else(|| {
        let other = Words::of(&respelt(text)?);
        by_phrases(&other).map(|found| quote(&other, found))
    })
}

/// Where it is said without blanks, or in one word; the first and the last of the words.
fn unparted(text: &str, words: &Words) -> Option<(usize, usize)> {
    if let Some(found) = UNPARTED
        .split('|')
        .find(|phrase| text.contains(*phrase) && !text.contains("想死你") && !text.contains("笑死"))
    {
        let before =
            words.all.iter().position(|word| found.starts_with(word.as_str())).unwrap_or(0);
        let end = words.all.len().saturating_sub(1).min(before + found.chars().count() - 1);
        return Some((before, end));
    }
    // Short for "kill myself"; beside other words it may be a distance.
    if let [word] = words.all.as_slice()
        && word == "kms"
    {
        return Some((0, 0));
    }
    None
}

fn by_phrases(words: &Words) -> Option<(usize, usize)> {
    PHRASES
        .split('|')
        .flat_map(|phrase| words.find_loosely(phrase))
        .find(|found| is_meant(words, *found))
}

fn is_meant(words: &Words, (from, to): (usize, usize)) -> bool {
    // An idiom in it or right behind it: "end my life insurance", "mourir de rire".
    let is_idiom = IDIOMS.split('|').any(|idiom| {
        let reach = idiom.split(' ').count() - 1;
        (from.saturating_sub(reach)..=to + 1).any(|at| words.is_at(at, idiom))
    });
    let next =
        words.all.get(to + 1).filter(|_| words.sentence.get(to + 1) == words.sentence.get(to));
    let is_elsewhere =
        is_any(&words.all[to], LIVES) && next.is_some_and(|next| is_any(next, PLACES));
    let is_light = (from.saturating_sub(3)..from).any(|at| is_any(&words.all[at], LIGHTLY))
        && (next.is_some_and(|next| is_any(next, "for laughing on with"))
            || words.all[from].starts_with("hurt"));
    let is_thing = (from.saturating_sub(3)..from).any(|at| is_any(&words.all[at], THINGS));
    !is_idiom && !is_elsewhere && !is_light && !is_thing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_harm_themselves_is_heard_in_every_language() {
        for text in [
            "i want to kill myself",
            "I'm going to KILL MY SELF",
            "i just want to fucking die",
            "honestly I don't want to live anymore",
            "what's the point, there is no reason to live",
            "everyone would be better off without me",
            "I've been cutting myself again",
            "my son says he wants to die",
            "my friend wants to kill herself and I don't know what to do",
            "I am suicidal",
            "i will k1ll myself",
            "thinking of su1c1de",
            "i wanna d1e",
            "I will k!ll myself",
            "k!ll my$elf!",
            "thinking of su!cide",
            "$uicide",
            "suic*de is all I think of",
            "i want to d*e",
            "my family is better off if I was gone",
            "everybody is better without me",
            "thinking about suicide",
            "I could end it all tonight",
            "i took an overdose an hour ago",
            "i took all the pills",
            "I swallowed a whole bottle of pills",
            "there is no reason to go on",
            "i cut myself again",
            "kms",
            "ich hab alle Tabletten genommen",
            "j'ai avalé tous les comprimés",
            "me he tomado todas las pastillas",
            "I want to hurt myself",
            "I feel like ending it all",
            "I don't see the point of living",
            "ich habe keine Kraft mehr zu leben",
            "mi voglio ammazzare",
            "não aguento mais viver",
            "消えたい",
            "Ich will nicht mehr leben",
            "ich bring mich um",
            "Ich denke daran, mir das Leben zu nehmen",
            "ich möchte einfach nur sterben",
            "je veux mourir",
            "j'ai envie de me tuer",
            "je n'ai plus envie de vivre",
            "quiero morir",
            "no quiero vivir más",
            "quiero quitarme la vida",
            "voglio morire",
            "penso di uccidermi",
            "quero morrer",
            "vou me matar",
            "ik wil dood",
            "ik denk aan zelfmoord",
            "chcę się zabić",
            "nie chcę żyć",
            "intihar etmek istiyorum",
            "ölmek istiyorum",
            "死にたいです",
            "我想自杀",
            "不想活了",
            "죽고 싶어요",
            "хочу умереть",
            "मैं आत्महत्या करना चाहता हूँ",
            "أريد أن أقتل نفسي",
        ] {
            assert!(is_crisis(text), "{text}");
        }
    }

    #[test]
    fn what_only_sounds_like_it_is_none() {
        for text in [
            "how do I kill the process",
            "this is killing me",
            "I could kill for a coffee",
            "my plant is dying",
            "my fern really wants to die",
            "I don't want to see it die",
            "I will kill it myself, with soap",
            "womit kann ich Blattläuse umbringen",
            "the depot is 20 kms away",
            "20 kms",
            "all the pills I ordered are missing",
            "do you deliver all the tablets together",
            "no reason to go on waiting for the parcel",
            "todas las pastillas llegaron rotas",
            "what scarifies a lawn",
            "I am dying to know when it arrives",
            "the battery died again",
            "I could kill myself for forgetting the code",
            "I nearly hurt myself on the broken pot",
            "I cut myself on the glass, I want a refund",
            "do you sell Suicide Squad posters",
            "please end my life insurance",
            "I don't want to live in Berlin any more, change my address",
            "je suis mort de rire",
            "c'est à mourir de rire, je veux mourir de rire",
            "der Preis bringt mich um",
            "ich will nicht mehr leben in Hamburg",
            "meine Pflanze stirbt",
            "me muero de hambre",
            "quiero morir de risa",
            "ce colis va me tuer",
            "kill my subscription",
            "will too much water kill my fern",
            "I'd rather die than pay that",
            "ich könnte vor Freude sterben",
            "deadline is tomorrow",
            "kill! the process",
            "I'll kill the tab!",
            "kill! my cart is gone",
            "I'll kill!the!tab! myself",
            "I won't be here tomorrow to take the parcel",
            "shoot me an e-mail",
            "hang on a minute",
            "私の注文はどこですか",
            "我想死你了",
            "",
        ] {
            assert!(!is_crisis(text), "{text}");
        }
    }
}
