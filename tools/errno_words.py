#!/usr/bin/env python3
"""Writes src/facts/errno_words.inc: how the C library says the errnos of failed starts, in English and in other languages.

The words come from the message catalogues of the C library (Debian: libc-l10n, or locales) through gettext(3). Run it
again to add a language or an errno.
"""

import errno
import gettext
import os
import pathlib
import sys

ERRNOS = ["ENOENT", "EACCES", "EPERM", "EADDRINUSE", "EADDRNOTAVAIL", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT",
          "EHOSTUNREACH", "ENETUNREACH", "ENOSPC", "EDQUOT", "EROFS", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EEXIST",
          "EISDIR", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EIO", "EBUSY", "ETXTBSY", "ENOEXEC", "E2BIG", "EAFNOSUPPORT",
          "ENODEV", "ENXIO", "EFBIG", "ENOSYS"]
LANGUAGES = ["de", "fr", "es", "it", "pt_BR", "pt", "nl", "pl", "ru", "uk", "cs", "sv", "da", "tr", "zh_CN", "zh_TW", "ja",
             "ko", "hu", "fi"]


def lower(text):
    """ASCII letters only, as the reader of the table does."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def main():
    os.environ["LC_ALL"] = "C"
    catalogues = []
    for language in LANGUAGES:
        with open(f"/usr/share/locale/{language}/LC_MESSAGES/libc.mo", "rb") as file:
            catalogues.append(gettext.GNUTranslations(file))
    rows = []
    for symbol in ERRNOS:
        english = os.strerror(getattr(errno, symbol))
        words = [english] + [catalogue.gettext(english) for catalogue in catalogues]
        rows += [f'{{{symbol}, "{lower(each)}"}},' for each in dict.fromkeys(words)]
    target = pathlib.Path(__file__).resolve().parents[1] / "src/facts/errno_words.inc"
    target.write_text("// Made by tools/errno_words.py; ASCII letters are small.\n// clang-format off\n" +
                      "\n".join(rows) + "\n// clang-format on\n")


if __name__ == "__main__":
    sys.exit(main())
