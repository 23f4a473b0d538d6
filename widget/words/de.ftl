### Was Besucher lesen, auf Deutsch: mit „Sie“, freundlich und ohne Amtston.

-human = Mit einem Menschen sprechen
-leave-a-way = Hinterlassen Sie eine Telefonnummer oder E-Mail-Adresse, dann melden wir uns bei Ihnen.

## Das Dokument, vor Rust und ohne Rust

page-chat = Chat
page-talk-to-human = { -human }
page-close = Chat schließen
page-conversation = Unterhaltung
page-replies = Antwortvorschläge
page-message = Ihre Nachricht
page-send = Senden
page-new-message = Neue Nachricht
page-dismiss = Ausblenden
page-plain-hello = Schreiben Sie uns: zuerst Ihre E-Mail-Adresse, dann Ihre Frage. Ein Mensch antwortet Ihnen per E-Mail.
page-plain-missing = Bitte schreiben Sie Ihre E-Mail-Adresse und Ihre Frage, damit wir Ihnen antworten können.
page-plain-thanks = Vielen Dank. Wir antworten Ihnen an { $email }, spätestens { $time }.
page-plain-failed = Das ist nicht angekommen. Ihr Text steht noch hier: Bitte versuchen Sie es noch einmal.

## Was man drückt

talk-to-human = { -human }
yes = Ja
no = Nein
yes-please = Ja, bitte
not-now = Jetzt nicht
skip = Überspringen
go-back = Zurück
call-me-by = Rückruf bis { $time }
mail-me-by = Antwort per E-Mail bis { $time }
keep-waiting = Weiter warten
-back-to-bot = Abbrechen und zurück
back-to-bot = { -back-to-bot }
wait-instead = Lieber jetzt auf einen Menschen warten
wait-again = Noch einmal in die Warteschlange
cancel-promise = Hat sich erledigt
reopen = Diese Unterhaltung fortsetzen
erase = Diese Unterhaltung löschen
new-conversation = Neue Unterhaltung
try-now = Jetzt versuchen
rate-effort = Wie leicht war es, Hilfe zu bekommen? 1 sehr schwer, 7 sehr leicht
rate-satisfaction = Wie zufrieden sind Sie? 1 gar nicht, 5 sehr
send-rating = Senden

## Um die Unterhaltung herum

you = Sie
assistant = Assistent
an-agent = Kundenservice
source = Quelle: { $title }
typing = { $agent } schreibt …
with-agent = Sie sprechen mit { $agent }
your-answer = Ihre Antwort
your-message = Ihre Nachricht
your-phone = Ihre Telefonnummer, aus dem Ausland mit Ländervorwahl
your-email = Ihre E-Mail-Adresse
mark-sending = wird gesendet …
mark-sent = ✓ gesendet
mark-delivered = ✓ zugestellt
mark-read = ✓✓ gelesen
mark-failed = nicht gesendet
mark-lost = liegt uns nicht mehr vor
new-lines = Neu
new-messages = { $count ->
    [one] { $count } neue Nachricht ↓
   *[other] { $count } neue Nachrichten ↓
}
launcher = { $count ->
    [one] { $count } neue Nachricht
   *[other] { $count } neue Nachrichten
}
length = { $chars } von { $most } Zeichen
length-in-pieces = { $chars } Zeichen: wird als { $pieces ->
    [one] { $pieces } Nachricht
   *[other] { $pieces } Nachrichten
} gesendet
too-long = Das ist selbst für mehrere Nachrichten zu lang. Bitte kürzen Sie es; der Text steht noch hier.

## Der Bot

hello = Guten Tag!
hello-from = Guten Tag! Ich bin { $bot }.
ask-me = Fragen Sie mich gern alles.
click-away = Einen Menschen erreichen Sie mit einem Klick.
back-at = Unser Team ist { $time } Ihrer Zeit wieder da.
away = Unser Team ist gerade nicht da.
did-it-help = Hat Ihnen das geholfen?
glad = Das freut mich. Kann ich sonst noch etwas für Sie tun?
what-else = Ich verstehe. Können Sie mir etwas mehr dazu sagen? Oder es übernimmt ein Mensch.
go-on = In Ordnung. Was kann ich sonst für Sie tun?
unsure = Da bin ich mir nicht sicher genug und möchte nicht raten. Soll ich einen Menschen dazuholen?
offer = Hier kann Ihnen ein Mensch wohl besser helfen. Soll ich jemanden dazuholen? Dort ist dann alles zu sehen, was hier steht.
crisis-help = Gut, dass Sie das geschrieben haben. Sie müssen damit nicht allein sein.
    Wenn Sie in Gefahr sind, rufen Sie bitte den Notruf an. Kostenlose und vertrauliche Hilfe, nach Ländern: findahelpline.com
crisis-reaching = Ich versuche jetzt, jemanden aus unserem Team für Sie zu erreichen.
crisis-urgent = Ich sage unserem Team, dass es dringend ist.
crisis-alone = Bitte warten Sie nicht auf unser Team: Die oben genannte Hilfe ist jetzt für Sie da.
crisis-unreached = Ich kann unser Team im Moment nicht erreichen.
masked = Zu Ihrer Sicherheit haben wir { $what } aus Ihrer Nachricht entfernt, bevor sie gespeichert oder gesendet wurde. Danach wird Sie hier niemand fragen.
masked-numbers-and-password = die Nummern und das Passwort
masked-password = das Passwort
masked-code = den Code
masked-several = die Nummern und geheimen Angaben
masked-card = die Kartennummer
masked-account = die Kontonummer

## Vor der Übergabe

passing-on = Ich gebe Sie an unser Team weiter.
ask-issue = Worum geht es? Schreiben Sie es in Ihren eigenen Worten, oder wählen Sie aus, was am ehesten passt.
ask-category = Was davon passt am ehesten?
ask-name = Wie ist Ihr Name?
ask-name-again = Danke, das geben wir so weiter. Und wie heißen Sie, oder wie dürfen wir Sie nennen?
ask-email = Unter welcher E-Mail-Adresse erreichen wir Sie, falls die Verbindung abbricht?
ask-issue-first = Worum geht es? Ein, zwei Sätze genügen, damit wir uns vorbereiten können.
said-not-phone = Unser Team liest das mit. Für einen Rückruf schreiben Sie hier bitte Ihre Telefonnummer, oder gehen Sie zurück.
said-not-email = Unser Team liest das mit. Für eine Antwort per E-Mail schreiben Sie hier bitte Ihre Adresse, oder gehen Sie zurück.
bad-email = Das sieht nicht nach einer E-Mail-Adresse aus. Können Sie sie noch einmal prüfen?
bad-phone = Diese Nummer können wir nicht anrufen. Können Sie sie noch einmal prüfen, aus dem Ausland mit Ländervorwahl?
use-known = Stimmt { $contact }? Dann drücken Sie darauf, oder schreiben Sie etwas anderes.

## Die Übergabe und das Warten

handing-off = Ich gebe Sie an unser Team weiter.
handing-off-cut = Ich gebe Sie an unser Team weiter. Die Unterhaltung ist zu lang, um sie ganz weiterzugeben: { $count ->
    [one] Die erste Zeile bleibt
   *[other] Die ersten { $count } Zeilen bleiben
} hier, alles danach geht mit.
understood = Ihre Anfrage ist bei unserem Team.
not-again = Dort ist die ganze Unterhaltung zu sehen, Sie müssen also nichts wiederholen.
ends-with-page = Ihr Browser speichert nichts für uns: Diese Unterhaltung endet, wenn Sie die Seite verlassen.
sending = Ihre Anfrage wird gesendet …
agent-left = Ihr Gegenüber ist nicht mehr da. Sie sind wieder ganz vorn in der Warteschlange, und nichts ist verloren.
long-wait = Es dauert leider länger, als uns lieb ist.
rejoined = Sie sind wieder in der Warteschlange. Wer übernimmt, sieht alles, was hier steht.
closed-until = Wir haben gerade geschlossen und sind { $time } Ihrer Zeit wieder da. { -leave-a-way }
closed-now = Wir haben gerade geschlossen. { -leave-a-way }
nobody-here = Im Moment ist niemand da. Sie können hier warten, oder hinterlassen Sie eine Telefonnummer oder E-Mail-Adresse.
place = { $position ->
    [1] Sie sind als Nächstes dran.
   *[other] Sie sind an { $position }. Stelle.
}
wait-below = Es dauert voraussichtlich weniger als { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
}.
wait-between = Die Wartezeit beträgt etwa { $from } bis { $to ->
    [one] { $to } Minute
   *[other] { $to } Minuten
}.
wait-unknown = Wie lange es dauert, können wir noch nicht sagen.
need-not-wait = Sie müssen nicht hier warten: Wir rufen Sie auch gern zurück oder antworten per E-Mail.
reviewing = { $agent } liest gerade Ihre Unterhaltung.
connected = Sie sind jetzt mit { $agent } verbunden.
missed = Es tut uns leid, wir haben unsere Zusage nicht eingehalten.
promised-call = Wir rufen Sie unter { $to } an, spätestens { $time }.
promised-mail = Wir antworten Ihnen an { $to }, spätestens { $time }.

## Das Ende

closing = Es ist seit einer Weile still. Diese Unterhaltung endet { $time }, wenn niemand mehr schreibt.
closed-resolved = Diese Unterhaltung ist abgeschlossen.
closed-unresolved = Diese Unterhaltung ist beendet.
closed-follow-up = Unser Team arbeitet weiter daran und meldet sich bei Ihnen.
closed-abandoned = Sie haben die Warteschlange verlassen. Schreiben Sie jederzeit wieder, oder drücken Sie auf „{ -human }“.
closed-unanswered = Es tut uns leid: Niemand konnte rechtzeitig antworten. { -leave-a-way }
closed-idle = Diese Unterhaltung wurde beendet, weil es lange still war.
begin-new = Schreiben Sie einfach, wenn Sie eine neue beginnen möchten.
reopen-minutes = Wenn Sie innerhalb { $minutes ->
    [one] einer Minute
   *[other] von { $minutes } Minuten
} schreiben, geht es damit weiter.
reopen-hours = Wenn Sie innerhalb { $hours ->
    [one] einer Stunde
   *[other] von { $hours } Stunden
} schreiben, geht es damit weiter.
rated = Vielen Dank. Das hilft uns, besser zu werden.
ask-erase = Die ganze Unterhaltung wird bei uns und hier gelöscht und lässt sich nicht wiederherstellen. Möchten Sie sie löschen?
not-erased = Es wurde nichts gelöscht.
erased = Gelöscht: { $count ->
    [one] { $count } Nachricht
   *[other] { $count } Nachrichten
}. Ihre Quittung: { $receipt }.
nothing-left = Davon ist weder bei uns noch in diesem Browser etwas übrig.
lost-for-desk = Diese Unterhaltung liegt uns nicht mehr vor. Schreiben Sie noch einmal, dann beginnen wir neu; was Sie geschrieben haben, steht noch oben.
desk-has-lost = Bei uns ist der letzte Teil dieser Unterhaltung verloren gegangen. Was Sie geschrieben haben, wird noch einmal gesendet; was wir Ihnen geschrieben haben, liegt uns vielleicht nicht mehr vor.
too-late = Sie wurde vor zu langer Zeit beendet und lässt sich nicht fortsetzen. Schreiben Sie einfach, wenn Sie eine neue beginnen möchten.

## Was unterwegs ist, und was nicht angenommen wurde

no-connection = Keine Verbindung. Ihr Text ist hier gespeichert und wird gesendet, sobald sie wieder da ist.
no-connection-until = Keine Verbindung. Ihr Text ist hier gespeichert und wird gesendet, sobald sie wieder da ist. Der nächste Versuch ist { $time }.
unreached = Wir sind gerade nicht zu erreichen. Ihr Text ist hier gespeichert und wird von selbst noch einmal gesendet.
unreached-until = Wir sind gerade nicht zu erreichen. Ihr Text ist hier gespeichert und wird { $time } von selbst noch einmal gesendet.
busy = Bei uns ist gerade sehr viel los. Ihr Text ist hier gespeichert und wird von selbst noch einmal gesendet.
busy-until = Im Moment können wir nichts weiter annehmen. Ihr Text ist hier gespeichert und wird { $time } von selbst noch einmal gesendet.
not-taken = Ihre Anfrage konnte nicht angenommen werden, und ein neuer Versuch von selbst würde nicht helfen. Ihr Text steht noch hier:
    Drücken Sie auf „{ -human }“, um es noch einmal zu versuchen, oder schreiben Sie weiter.
message-not-taken = Ihre letzte Nachricht wurde nicht angenommen. Bitte schreiben Sie sie noch einmal, anders oder kürzer.
full = Diese Unterhaltung ist voll, deshalb wurde Ihre letzte Nachricht nicht angenommen. Beginnen Sie bitte eine neue.
old-page = Diese Seite ist veraltet. Bitte laden Sie sie neu und versuchen Sie es noch einmal; was Sie geschrieben haben, bleibt hier.
not-possible = Das geht nicht mehr. Den aktuellen Stand sehen Sie hier.
-kept = Ihre Anfrage hat unser Team noch nicht erreicht. Ihr Text ist hier gespeichert und wird von selbst gesendet, sobald es geht.
way-on = { -kept } Sie müssen nicht hier darauf warten: Kommen Sie später wieder, oder drücken Sie auf „{ -back-to-bot }“ und fragen Sie mich.
way-on-mail = { -kept } Sie müssen nicht darauf warten: Schreiben Sie an { $email }.
way-on-call = { -kept } Sie müssen nicht darauf warten: Rufen Sie { $phone } an.
way-on-mail-or-call = { -kept } Sie müssen nicht darauf warten: Schreiben Sie an { $email }, oder rufen Sie { $phone } an.
-words-kept = Was Sie zuletzt geschrieben oder gewählt haben, hat unser Team noch nicht erreicht. Es ist hier gespeichert und wird von selbst gesendet, sobald es geht.
words-kept = { -words-kept }
words-mail = { -words-kept } Sie müssen nicht darauf warten: Schreiben Sie an { $email }.
words-call = { -words-kept } Sie müssen nicht darauf warten: Rufen Sie { $phone } an.
words-mail-or-call = { -words-kept } Sie müssen nicht darauf warten: Schreiben Sie an { $email }, oder rufen Sie { $phone } an.

## Zeiten: wie in „Unser Team ist … wieder da“, und wie nach „bis“ und „spätestens“

when-today = heute um { $time } Uhr
when-tomorrow = morgen um { $time } Uhr
when-weekday = am { $day } um { $time } Uhr
when-date = am { $date } um { $time } Uhr
by-today = heute um { $time } Uhr
by-tomorrow = morgen um { $time } Uhr
by-weekday = { $day } um { $time } Uhr
by-date = { $date } um { $time } Uhr
