"""Sentences for the scripts of live pages; what stands in braces is filled in there."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from live.enums import Reaction


def _devices() -> dict[str, str]:
    """Why camera or microphone cannot be had, by the name that browsers give the error; theirs are English only."""
    return {
        "NotAllowedError": _("the browser was not allowed to"),
        "NotFoundError": _("none was found"),
        "NotReadableError": _("another program is using it"),
        "insecure": _("the page's address has to begin with https"),
        "otherError": _("the device does not answer"),
    }


def studio() -> dict[str, str]:
    """Of the studio."""
    return _devices() | {
        "live": _("Live {time}"),
        "seconds": _("{count} s"),
        "hours": _("{count} h"),
        "recorded": _("Recorded {time}, {count} pieces kept"),
        "noCamera": _(
            "The camera cannot be used: {reason}. Allow it in the browser, or teach with slides and sound."
        ),
        "noMicrophone": _(
            "The microphone cannot be used: {reason}. Allow it in the browser; without it nobody hears you."
        ),
        "noScreen": _("The screen was not shared."),
        "noRecorder": _(
            "This browser cannot send video. Use Chrome, Edge or Safari on a computer."
        ),
        "silent": _("The microphone is silent."),
        "loud": _("Too loud: move away from the microphone."),
        "heard": _("The microphone is heard."),
        "lost": _("The picture has been away for {seconds} s, trying again"),
        "kept": _(
            "Learners read “The trainer is reconnecting”. The recording is kept up to {time}; what you say within "
            "a minute is kept here and sent when the line is back."
        ),
        "again": _("Reconnecting, attempt {count}"),
        "endFailed": _("The lesson could not be ended: the line is down. Try again in a moment."),
        "diskLow": _(
            "The server's disk has room for {minutes} more minutes. Tell whoever runs the site; all recorded is kept."
        ),
        "signedOut": _("You are signed out. Sign in again in another tab; then go on here."),
        "slide": _("Page {number}"),
        "sending": _("Sending {name} …"),
        "making": _("{name}: {made} of {pages} pages are ready."),
        "refused": _("{name}: {reason}"),
        "slidesReady": _("{name}: {pages} pages. Leaf with the arrow keys or a remote control."),
        "slidesFailed": _("{name} did not arrive: the line is down. Bring it again."),
        "rehearsing": _("Rehearsal: nobody sees it, nothing is kept"),
        "rehearsed": _("The rehearsal has ended; its recording is thrown away."),
        "sentBy": _("{name} sends. Recorded {time}, {count} pieces kept"),
        "nobodySends": _("On air, and no picture for {seconds} s: go on from here, or end it"),
        "rareKeyframes": _(
            "Learners see this {seconds} s late or more: in OBS, set the keyframe interval to 1 s."
        ),
        "tooFast": _(
            "This comes faster than it plays. All of it is recorded, but minutes count by the clock, and learners lose "
            "the place: send at normal speed (ffmpeg: -re)."
        ),
        "endsSoon": _(
            "Without a picture the lesson ends by itself in {minutes} minutes. A co-host can take over."
        ),
        "broken": _("Sending stopped: {message}"),
        "wasAway": _(
            "The screen was locked or another app in front: nothing was sent for {time}. You are on air again. "
            "Leave this page open and in front while you teach."
        ),
        "lineLess": _("The line is slow: a smaller picture is sent"),
        "lineSound": _("The line is very slow: only sound and slides are sent"),
        "lineFull": _(
            "The line has carried too little for a minute: what you say now is not recorded. "
            "It goes on by itself when the line is better."
        ),
    }


def watch() -> dict[str, str]:
    """Of the picture."""
    return {
        "waiting": _("The lesson has not begun. It starts here by itself."),
        "live": _("Live {time}"),
        "reconnecting": _("The trainer is reconnecting"),
        "away": _("The trainer’s phone is locked or shows another app"),
        "ended": _("The lesson has ended"),
        "replay": _("Replay"),
        "delay": _("Delay {seconds} s"),
        "back": _("Looking back, {time} behind; your time counts"),
        "broken": _("The picture cannot be loaded now. Trying again."),
        "soundOnly": _("Sound only"),
        "slowLine": _("Your line is slow: sound only. Choose the picture again below."),
        "smallNow": _("Your line is slow: small picture"),
        "noSmall": _(
            "No small picture now: this server makes it for %(count)d at a time, and other lessons have it. "
            "On a slow line choose sound only."
        )
        % {"count": settings.LIVE_SMALL_LESSONS},
        "noNear": _("Little delay is not to be had now: the usual picture."),
        "play": _("Play, key K"),
        "pause": _("Pause, key K"),
        "mute": _("Mute, key M"),
        "unmute": _("Sound on, key M"),
    }


def pen_colours() -> list[tuple[str, str]]:
    """Inks that stand out from white paper, from each other and, by their light edge, from dark pictures."""
    return [
        ("#14304f", _("Dark blue")),
        ("#b3261e", _("Red")),
        ("#0b6b4f", _("Green")),
        ("#8a4b00", _("Brown")),
        ("#ffffff", _("White")),
    ]


def room() -> dict[str, str]:
    """Of the room."""
    return {
        "bringOnStage": _("Bring on stage"),
        "lost": _("The line is down. Trying again by itself; what you write is kept."),
        "out": _("This page has no line to the room any more. Reload it."),
        "notSent": _("Not sent: the line is down. What you wrote is still here."),
        "filtered": _("Not shown to others: a word in it is on the filter's list."),
        "host": _("Trainer"),
        "assistant": _("Assistant"),
        "lineMenu": _("What to do with the line of {name}"),
        "report": _("Report to the assistant"),
        "remove": _("Take off the screens"),
        "mute": _("Mute for the whole lesson"),
        "muteFor": _("Mute for 10 minutes"),
        "leaveIt": _("Nothing to do"),
        "reported": _("The assistant will look at it."),
        "unmute": _("Let write again"),
        "isMuted": _("may not write"),
        "isMutedUntil": _("may not write until {time}"),
        "leftToWait": _("{time} left"),
        "askHere": _("Ask a question"),
        "sayHere": _("Say something to the room"),
        "mutedHint": _("The assistant has muted you. You can still listen and sign in."),
        "slowHint": _("Slow mode: one message in {seconds} s"),
        "gateHint": _("The assistant lets questions through"),
        "vote": _("I want this answered, too; now {count}"),
        "askedAt": _("asked at {time}"),
        "answeredAt": _("answered at {time} of the recording"),
        "mineAsked": _("mine"),
        "q-now": _("Being answered now"),
        "q-waiting": _("Waiting to be let through"),
        "q-answered": pgettext("question", "Answered"),
        "q-merged": _("Merged with another"),
        "mergedInto": _("Merged with: {text}"),
        "q-declined": _("Not let through"),
        "handUp": _("Raise my hand"),
        "handDown": _("Lower my hand"),
        "calledOn": _("It is your turn: the trainer calls on you."),
        "signIn": _("Sign-in: {seconds} s left"),
        "signInWords": _("Number {number}. Press “I am here”."),
        "signInLast": _("Number {number}. With this one you have answered enough."),
        "signInSoon": _("Number {number}. Less than {seconds} s left; it cannot be made up."),
        "signInTitle": _("Sign in now"),
        "signedIn": _("Signed in"),
        "signedInWords": _("Number {number} is kept."),
        "pollOne": _("Choose one"),
        "pollSeveral": _("Choose all that apply"),
        "pollSend": _("Answer"),
        "pollAnswered": _("Your answer is kept. The trainer shows the results."),
        "pollRuns": _("Learners are answering."),
        "pollCaption": _("{count} people answered"),
        "pollCaptionRight": _("{count} people answered, {right} wholly right"),
        "pollUntil": _("Open until {time}"),
        "pollOver": _("Closed; the room has not seen the results."),
        "pollShown": _("The room sees the results."),
        "showResults": _("Close and show the results"),
        "closeResults": _("Put away"),
        "people": _("{count} people"),
        "person": _("{count} person"),
        "isRight": _("right"),
        "isChosen": _("my answer"),
        "isTrue": _("True"),
        "isFalse": _("False"),
        "download": _("Save {name}"),
        "file-pdf": "PDF",
        "file-picture": _("Picture"),
        "file-word": _("Document"),
        "file-excel": _("Spreadsheet"),
        "file-slides": _("Slides"),
        "newLines": _("{count} new lines in the chat"),
        "countdown": _("Countdown"),
        "countdownOver": _("Going on"),
        "mineNeeded": _("minutes counted, {minutes} needed"),
        "mineSignins": _("Sign-ins: {answered} of {asked} answered, {needed} needed"),
        "mineNoSignins": _("No sign-in so far."),
        "mineShort": _("too few, only the replay will count"),
        "mineHere": _("Present, saved"),
        "mineLater": _("Present, saved when the server can again"),
        "mineEnding": _("Over; reckoning the last figures"),
        "mineOver": _("Over; settled with these figures"),
        "mineCame": _("attended, {needed} needed"),
        "mineAway": _("away for {minutes} min"),
        "minePresent": _("present"),
        "mineAnswered": _("sign-in, answered"),
        "mineAsking": _("sign-in running"),
        "mineMissed": _("sign-in, missed"),
        "mineLost": _("Reconnecting"),
        "queueCount": _("{count}, of which {waiting} wait"),
        "approve": _("Let through"),
        "approveAfterAll": _("Let through after all"),
        "decline": _("Do not let through"),
        "takeOff": _("Take off"),
        "cancel": _("Cancel"),
        "comma": pgettext("between two words", ", "),
        "takeUp": _("Answer now"),
        "finish": _("Answer given"),
        "writeAnswer": _("Answer in writing"),
        "sendAnswer": pgettext("question", "Send the answer"),
        "mergeInto": _("Merge with…"),
        "merge": _("Merge"),
        "nothingToMerge": _("There is no other question to merge it with."),
        "wanted": _("want it"),
        "waits": _("raised at {time}"),
        "called": _("called on"),
        "callOn": _("Call on"),
        "suggested": _("The studio is asked to bring {name} on stage."),
        "notTaken": _(
            "Nobody was brought on stage: the lesson is not on air from a studio page, or two guests are there already."
        ),
        "handOff": _("Hand down"),
        "allHands": _("Show all {count}"),
        "signinTimes": _("{count} so far"),
        "signinRuns": _("{answered} people have answered, {seconds} s left"),
        "signinOver": _("{answered} people answered the last one."),
        "signinNone": _("None so far. Learners get a big button and a short time."),
        "who-missing": _("Present, not signed in: {count}"),
        "who-answered": _("Signed in: {count}"),
        "whoWhich": _("No. {number}, {time}"),
        "whoMore": _("{count} more. Look for a name."),
        "whoNotFound": _("Nobody of this name."),
        "whoNoneMissing": _("All who are in the room have signed in."),
        "whoNoneAnswered": _("Nobody has signed in yet."),
        "uploading": _("Handing out {name}…"),
        "withdraw": _("Withdraw"),
        "countdownStop": _("Stop"),
    }


def reactions() -> list[tuple[str, str, str]]:
    """Key, name and icon of each reaction."""
    signs = {
        Reaction.LIKE: "up",
        Reaction.CLAP: "hand",
        Reaction.FLOWER: "seal",
        Reaction.UNDERSTOOD: "check",
    }
    return [(one.value, str(one.label), sign) for one, sign in signs.items()]


def replay() -> dict[str, str]:
    """Of what stands beside the replay."""
    return {
        "counted": _(
            "{share}% of the lesson counts, live and replay together; {needed}% is needed."
        ),
        "done": _("{share}% of the lesson counts: this part is done."),
        "offline": _("Not saved for {seconds} s: kept on this device, still counting"),
        "stopped": _("Counting has stopped: no connection for more than 90 s."),
        "found": _("{count} found"),
        "refused": _("This could not be counted: {message}"),
    }


def stage() -> dict[str, str]:
    """Of the stage, for hosts and guests."""
    return _devices() | {
        "connecting": _("Connecting"),
        "onStage": _("In the picture"),
        "mute": _("Mute the guest"),
        "unmute": _("Unmute the guest"),
        "remove": _("Send off stage"),
        "full": _("Two guests at most. Send one off first."),
        "invited": _("{name} is asked to come on stage."),
        "declined": _("{name} does not want to come now."),
        "lost": _("The line to {name} is lost."),
        "asked": _("{name} asks you to come on stage"),
        "check": _(
            "This is what everybody will see, and they will hear you. Come only if you want to."
        ),
        "noDevices": _("Camera or microphone cannot be used: {reason}. Allow them in the browser."),
        "lostLine": _("The line to the stage is lost. Raise your hand again."),
        "over": _("Your turn on stage is over. Thank you."),
        "left": _("You have left the stage."),
    }
