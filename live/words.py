"""Sentences for the scripts of live pages; what stands in braces is filled in there."""

from django.utils.translation import gettext as _


def studio() -> dict[str, str]:
    """Of the studio."""
    return {
        "live": _("Live {time}"),
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
            "Learners read “The trainer is reconnecting”. The recording is kept up to {time}."
        ),
        "again": _("Reconnecting, attempt {count}"),
        "endFailed": _("The lesson could not be ended: the line is down. Try again in a moment."),
        "diskLow": _("The server can record for {minutes} more minutes only."),
        "signedOut": _("You are signed out. Sign in again in another tab; then go on here."),
        "slide": _("Page {number}"),
        "sending": _("Sending {name} …"),
        "making": _("{name}: {made} of {pages} pages are ready."),
        "refused": _("{name}: {reason}"),
        "slidesReady": _("{name}: {pages} pages. Leaf with the arrow keys or a remote control."),
        "slidesFailed": _("{name} did not arrive: the line is down. Bring it again."),
        "rehearsing": _("Rehearsal: nobody sees it, nothing is kept"),
        "rehearsed": _("The rehearsal has ended; its recording is thrown away."),
        "endsSoon": _(
            "Without a picture the lesson ends by itself in {minutes} minutes. A co-host can take over."
        ),
        "broken": _("Sending stopped: {message}"),
    }


def watch() -> dict[str, str]:
    """Of the picture."""
    return {
        "waiting": _("The lesson has not begun. It starts here by itself."),
        "live": _("On air"),
        "reconnecting": _("The trainer is reconnecting"),
        "ended": _("The lesson has ended"),
        "replay": _("Replay"),
        "delay": _("Delay {seconds} s"),
        "back": _("Looking back, {time} behind"),
        "broken": _("The picture cannot be loaded now. Trying again."),
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
