# Was man an der Konsole liest: in der Du-Form, mit den Wörtern üblicher Helpdesk-Programme.
# Desk: „Server“, wo die Technik gemeint ist. Offer: „Anfrage“. Promise: „Zusage“. Resolve: „abschließen“. Transfer: „weiterleiten“.

## Die Seite

page-opening = Die Konsole wird geöffnet …
page-no-start = Die Konsole konnte nicht starten. Bitte lade diese Seite neu. Falls das nicht hilft, kann dieser Browser vielleicht kein WebAssembly: Nimm bitte einen aktuellen.
title = Baton-Konsole
title-with-news = ({ $count }) Baton-Konsole
connecting = Verbindung wird hergestellt …
offline = Keine Verbindung. Neuer Versuch läuft; was du schreibst, bleibt erhalten.
turn-on-notifications = Benachrichtigungen einschalten
available = Verfügbar
away = Abwesend: keine Anfragen
lists-label = Übersicht
nothing-open = Angenommene Gespräche öffnen sich hier.
language-label = Sprache
ok = OK
back = Zurück
visitor = Besucher
another-agent = Jemand aus dem Team

## An- und Abmelden

not-signed-in = Du bist nicht angemeldet
signed-out = Du bist abgemeldet
session-ended = Deine Sitzung ist beendet
link-works-once = Jeder Anmeldelink gilt nur einmal.
nothing-left-here = Von deinen Gesprächen ist nichts in diesem Browser geblieben.
drafts-are-kept = Deine angefangenen Texte bleiben in diesem Browser, bis du zurück bist.
how-to-come-in = Füge hier einen neuen Anmeldelink ein, um dich anzumelden. Wer dieses System betreibt, erzeugt ihn mit { $command }.
link-refused = Dieser Link wurde schon benutzt, ist abgelaufen oder unvollständig. Bitte lass dir einen neuen geben.
sign-in-link = Anmeldelink
sign-in = Anmelden
offline-signed-out = Keine Verbindung. Neuer Versuch läuft.
sign-out = Abmelden
sign-out-label = Wirklich abmelden?
sign-out-question = { $count ->
    [one] Ein Besucher ist gerade bei dir. Wenn du dich abmeldest, erfährt er das und steht wieder ganz vorn in der Warteschlange; deine angefangenen Texte gehen verloren.
   *[other] { $count } Besucher sind gerade bei dir. Wenn du dich abmeldest, erfahren sie das und stehen wieder ganz vorn in der Warteschlange; deine angefangenen Texte gehen verloren.
}
sign-out-promises = { $count ->
    [one] 1 Zusage bleibt auf deinen Namen bestehen.
   *[other] { $count } Zusagen bleiben auf deinen Namen bestehen.
}
stay = Angemeldet bleiben

## Eigene Gespräche

my-conversations = Meine Gespräche ({ $count })
put-all-away = { $count ->
    [one] 1 beendetes ablegen
   *[other] Alle { $count } beendeten ablegen
}
recently-ended = Zuletzt beendet ({ $count })
tag-over = beendet
tag-draft = Entwurf
tag-new = { $count } neu
waits = wartet seit { $since }
you-said = Du: { $words }

## Warteschlange und Gespräche anderer

queue = Warteschlange ({ $count })
closed-until = geschlossen, öffnet { $time }
closed = geschlossen
nobody-available = niemand verfügbar
nobody-waits = Niemand wartet.
take-next = Nächste Anfrage annehmen
take = Annehmen
queue-row = { $priority } · { $mood } · wartet seit { $since }
tag-came-back = wieder da
with-others = Bei anderen
held-by = bei { $name } · { $since }
take-over = Übernehmen
agents = Team
agent-available = verfügbar · { $load } von { $capacity }
agent-away = abwesend · { $load } von { $capacity }
agent-not-here = nicht da · { $load } von { $capacity }

priority = { $priority ->
    [high] hohe Priorität
    [medium] mittlere Priorität
   *[standard] normale Priorität
}

mood = { $mood ->
    [neutral] ruhig
    [mildly_frustrated] leicht frustriert
    [very_frustrated] sehr frustriert
   *[angry] wütend
}

## Anfragen und Hinweise

notices-label = Hinweise
offers-label = Anfragen
passes-it-on = { $from } leitet weiter: { $words }
offer-row = { $category } · { $priority } · noch { $left }
accept = Annehmen
decline = Ablehnen
missed-an-offer = Du hast eine Anfrage verpasst und giltst als abwesend: Du bekommst keine neuen Anfragen.
back-to-available = Wieder verfügbar
promise-is-due = Eine Zusage wird fällig: { $promise }
promise-was-missed = Eine Zusage wurde versäumt; der Besucher weiß es. Neuer Termin: { $promise }
no-connection-not-done = Ohne Verbindung ging das nicht. Bitte versuche es noch einmal, sobald sie wieder da ist.
link-refused-signed-in = Dieser Anmeldelink wurde schon benutzt oder ist abgelaufen. Du bleibst angemeldet wie bisher.
unreadable-conversation = Diese Seite konnte ein Gespräch vom Server nicht lesen. Der Server weiß es und gibt das Gespräch jemand anderem. Falls das noch einmal vorkommt, lade diese Seite neu.
unreadable = Der Server hat etwas geschickt, das diese Seite nicht lesen kann: Vielleicht ist sie veraltet. Bitte lade sie neu.
transfer-declined = { $name } hat abgelehnt. Das Gespräch bleibt bei dir.
transfer-expired = { $name } hat nicht reagiert. Das Gespräch bleibt bei dir.
transfer-nobody-free = Niemand, der es übernehmen könnte, ist frei. Das Gespräch bleibt bei dir, und deine Notiz bleibt erhalten.
deleted = { $count ->
    [one] Gelöscht: 1 Nachricht. Beleg { $receipt }.
   *[other] Gelöscht: { $count } Nachrichten. Beleg { $receipt }.
}
deleted-on-request = Ein Gespräch wurde auf Wunsch vollständig gelöscht. Es ist auch hier verschwunden.
gone = Ein Gespräch gibt es nicht mehr: Es wurde gelöscht, oder seine Zeit war um. Auch hier ist es weg.
connection-was-gone = Deine Verbindung war zu lange weg: Ein Besucher steht wieder ganz vorn in der Warteschlange. Was du ihm geschrieben hast, bleibt hier erhalten.

## Benachrichtigungen außerhalb der Seite

notify-passed-on = { $name } leitet ein Gespräch weiter
notify-offer = Ein Besucher möchte mit jemandem sprechen
notify-message = { $name } schreibt
notify-message-nameless = Ein Besucher schreibt
notify-promise-missed = Eine Zusage wurde versäumt
notify-promise-due = Eine Zusage wird fällig

## Was nicht ging

not-sent-too-long = Eine Nachricht wurde nicht gesendet. Sie ist zu lang. Der Text steht wieder in deinem Eingabefeld.
not-sent-too-long-most = { $most ->
    [one] Eine Nachricht wurde nicht gesendet. Sie ist zu lang: höchstens 1 Zeichen. Der Text steht wieder in deinem Eingabefeld.
   *[other] Eine Nachricht wurde nicht gesendet. Sie ist zu lang: höchstens { $most } Zeichen. Der Text steht wieder in deinem Eingabefeld.
}
not-sent-full = Eine Nachricht wurde nicht gesendet. Das Gespräch ist voll: Bitte schließe es ab, dann kann der Besucher ein neues beginnen. Der Text steht wieder in deinem Eingabefeld.
not-sent-not-yours = Eine Nachricht wurde nicht gesendet. Das Gespräch ist nicht mehr bei dir. Der Text steht wieder in deinem Eingabefeld.
not-sent-not-open = Eine Nachricht wurde nicht gesendet. Das Gespräch nimmt keine Nachrichten an. Der Text steht wieder in deinem Eingabefeld.
not-sent-unreadable = Eine Nachricht wurde nicht gesendet. Der Server konnte sie nicht lesen. Der Text steht wieder in deinem Eingabefeld.
old-page = Diese Seite ist veraltet. Bitte lade sie neu.
try-again = Das ging gerade nicht. Bitte versuche es gleich noch einmal.
try-again-in = Das ging gerade nicht. Bitte versuche es in { $wait } noch einmal.
too-long = Das ist zu lang.
too-long-most = { $most ->
    [one] Das ist zu lang: höchstens 1 Zeichen.
   *[other] Das ist zu lang: höchstens { $most } Zeichen.
}
is-full = Dieses Gespräch ist voll.
refused-nobody-waits = Es wartet niemand, den du annehmen könntest.
refused-gone = Es ist beendet, oder jemand anderes hat es.
refused-no-place = Du hast keinen freien Platz: Schließe erst ein Gespräch ab, oder leite eines weiter.
refused-could-not-read = Diese Seite konnte das Gespräch nicht lesen; jemand anderes bekommt es.
refused-being-passed-on = Es wird schon weitergeleitet.
refused-supervisors-only = Das darf nur die Teamleitung.
refused-take-next = Es wartet niemand, den du annehmen könntest, oder du hast keinen freien Platz.
refused-take = Das kannst du nicht annehmen: Jemand anderes hat es, es ist beendet, oder du hast keinen freien Platz.
refused-accept = Diese Anfrage gibt es nicht mehr: Jemand anderes hat sie, oder der Besucher ist gegangen.
refused-decline = Diese Anfrage gab es schon nicht mehr.
refused-claim-promise = Jemand anderes kümmert sich um diese Zusage, oder sie ist erledigt.
refused-settle-promise = Diese Zusage kannst du nicht erledigen: Sie ist schon eingelöst, oder jemand anderes kümmert sich darum.
refused-open = Das gibt es nicht mehr: Jemand hat sich darum gekümmert.
refused-transfer = Weiterleiten geht gerade nicht: Niemand davon ist frei, oder das Gespräch wird schon weitergeleitet.
refused-not-yours = Dieses Gespräch ist nicht mehr bei dir.
refused-not-now = Das geht gerade nicht.
refused-not-understood = Der Server hat das nicht verstanden. Falls das noch einmal vorkommt, lade diese Seite neu.

## Ein Gespräch

conversation-label = Gespräch mit { $name }
visitor-gone = Seite geschlossen; sieht es bei der Rückkehr
visitor-on-page = jetzt auf { $page }
visitor-here = auf der Seite
review = Lies die Karte. In { $left } wird der Besucher verbunden, oder sobald du auf „Verbinden“ drückst.
more-time = Mehr Zeit
connect = Verbinden
being-passed-on = Angeboten an { $name }, noch { $left } Zeit zum Annehmen. Bis dahin bleibt es bei dir.
closing = Lange still: Wird in { $left } geschlossen, wenn niemand schreibt.
is-typing = { $name } schreibt …
messages-label = Nachrichten
new-from-here = Neu
earlier-messages = Frühere Nachrichten
new-messages-below = { $count ->
    [one] 1 neue Nachricht ↓
   *[other] { $count } neue Nachrichten ↓
}
message-not-sent = nicht gesendet
message-sending = wird gesendet …
message-came = { $time }
message-sent = { $time } gesendet
message-delivered = { $time } ✓ zugestellt
message-read = { $time } ✓✓ gelesen
your-answer = Deine Antwort
answer-once-connected = Schreiben kannst du, sobald ihr verbunden seid
send = Senden
transfer = Weiterleiten
resolve = Abschließen
put-away = Ablegen
erase = Dieses Gespräch löschen…
erase-question = Jedes Wort davon wird endgültig gelöscht: hier, beim Besucher und bei allen anderen. Nichts bringt es zurück.
erase-now = Endgültig löschen
left-behind = Das hattest du geschrieben. Es wurde nicht gesendet:

over-resolved = Gelöst.
over-follow-up = Geschlossen; Nacharbeit nötig.
over-idle = Geschlossen: Lange hat niemand geschrieben.
over-closed = Dieses Gespräch ist beendet.
over-agent-gone = Deine Verbindung war zu lange weg: Der Besucher steht wieder ganz vorn in der Warteschlange.
over-visitor-left = Der Besucher ist gegangen.
over-transferred = Weitergeleitet: Jemand anderes hat es jetzt.
over-elsewhere = Deine Verbindung war zu lange weg: Jemand anders hat dieses Gespräch jetzt.
over-taken-over = Die Teamleitung hat es übernommen.
over-unreadable = Diese Seite konnte es nicht lesen: Jemand anderes bekommt es.
over-agent-removed = Du gehörst nicht mehr zu diesem Team: Jemand anderes bekommt es.
over-offer-gone-on = Die Anfrage ging an jemand anderen.

## Abschließen und weiterleiten

outcome = Ergebnis
outcome-resolved = Gelöst
outcome-follow-up = Nacharbeit nötig
outcome-unresolved = Nicht gelöst
reason = Begründung
reason-hint = Was die Lösung war oder was noch fehlt
close-conversation = Gespräch schließen
transfer-to = An
choose = Bitte wählen …
option-free = { $name } (frei)
option-full = { $name } (ausgelastet)
option-away = { $name } (abwesend)
option-not-here = { $name } (nicht da)
option-anyone = Wer frei ist für { $skill }
what-they-should-know = Was man wissen sollte
note-hint = Was schon erledigt ist und was noch fehlt
offer-it-to = Anbieten: { $to }
choose-whom = Bitte wähle, wem du es anbietest

## Zusagen und verpasste Besucher

promises = Zusagen ({ $count })
promise = { $kind ->
    [callback] Rückruf bis { $time }
   *[ticket] Antwort per E-Mail bis { $time }
}
tag-yours = deine
keeps-it = { $name } kümmert sich
tag-missed-once = schon versäumt
missed = Verpasst ({ $count })
tag-reachable = erreichbar
missed-left = beim Warten gegangen, { $time }
missed-unanswered = ohne Antwort, { $time }
missed-label = Verpasster Besucher
promise-label = Zusage
no-address = Es gibt keine Adresse oder Nummer.
promise-settled = Das ist erledigt: Jemand hat sich darum gekümmert, oder der Besucher hat sich anders entschieden.
keeps-this-promise = { $name } kümmert sich um diese Zusage.
dealt-with = Erledigt: von der Liste nehmen
what-was-said = Was besprochen wurde
what-was-said-hint = Was der Besucher erfahren hat und was noch fehlt
promise-is-kept = Zusage ist eingelöst
answer-to-chat = In den Chat des Besuchers schreiben
give-back = Zurückgeben
keep-it = Ich kümmere mich
it-is-kept = Eingelöst …
mail-subject = Ihre Anfrage

## Die Karte

card-label = Karte
note-from = { $from }, { $time }:
details = Angaben
details-source = vom Besucher oder von der Seite, nicht geprüft
name = Name
e-mail = E-Mail
phone = Telefon
page = Seite
asked-on = Gefragt auf
account-and-orders = Konto und Bestellungen
account-source = von der Seite, nicht geprüft
account = Konto
account-type = Kontoart
tier = Stufe
lifetime-value = Kundenwert
earlier-contacts = Frühere Anfragen
order = { $id }: { $what }, { $status }
signals = Signale
signal-with-words = { $signal } „{ $words }“
transcript-source = vom Browser des Besuchers, nicht geprüft
highlights = Wichtige Stellen
tried-by-the-bot = Versuche des Bots
tried = { $what }: { $outcome }
next-steps = Nächste Schritte
card-lost = Der Rest dessen, was zu diesem Gespräch gehört, ist nicht mehr lesbar. Frag nach, was du wissen musst.
full-transcript = { $count ->
    [one] Ganzer Verlauf (1 Zeile)
   *[other] Ganzer Verlauf ({ $count } Zeilen)
}
clock-was-wrong = Die Uhr des Besuchers ging falsch: Diese Zeiten sind vom Zeitpunkt der Anfrage aus zurückgerechnet.
earlier-lines = Frühere Zeilen
said-by-visitor = { $time } Besucher
said-by-bot = { $time } Bot
said-by-claimed-agent = { $time } Team, sagt der Browser des Besuchers

tried-outcome = { $outcome ->
    [helped] hat geholfen
    [did_not_help] hat nicht geholfen
    [accepted] angenommen
    [declined] abgelehnt
   *[unanswered] keine Reaktion
}

signal = { $signal ->
    [asked_for_human] möchte mit jemandem sprechen
    [negative_sentiment] Frust
    [short_negative] knappe Ablehnung
    [rephrasing] wiederholt gesagt
    [profanity] Kraftausdruck
    [shouting] Großbuchstaben
    [billing_dispute] strittige Abbuchung
    [refund] Erstattung
    [legal] Rechtliches
    [account_security] Kontosicherheit
    [sensitive] heikles Thema
    [self_harm] Gefahr der Selbstverletzung
    [complaint] Beschwerde
    [low_confidence] Bot unsicher
   *[failed_attempts] vergebliche Versuche
}
