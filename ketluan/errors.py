"""What can go wrong while conclusions are kept and found.

    KetluanError
    ├── ArchiveError          the archive is not as it must be, or could not be written
    ├── NoticeNotFound        no notice or conclusion with that id
    ├── IndexUnavailable      the index does not answer (transient: try again)
    ├── IndexOutdated         the index is missing or of another version: rebuild it
    ├── QueryError            the question cannot be understood
    ├── BackupError           a backup cannot be made, or nothing be taken from it
    ├── FollowError           a saved question that is not there, or a file of them that is damaged
    ├── CorrectionError       what an archivist wants to set right cannot be, or is not understood
    └── UserError             a user cannot be added, changed or read

`str(error)` is Vietnamese and says what to do next.
"""

from __future__ import annotations


class KetluanError(Exception):
    """Base of all; `exit_code` is that of the command line."""

    exit_code = 1


class ArchiveError(KetluanError):
    """The archive is not as it must be, or could not be written."""


class NoticeNotFound(KetluanError):
    """No notice or conclusion has that id."""


class IndexUnavailable(KetluanError):
    """The index does not answer; trying again later may help."""


class IndexOutdated(KetluanError):
    """The index is missing or of another version: `ketluan index rebuild` makes it anew."""


class QueryError(KetluanError):
    """The question cannot be understood."""

    exit_code = 2


class CorrectionError(KetluanError):
    """What an archivist wants to set right cannot be, or is not understood."""

    exit_code = 2


class BackupError(KetluanError):
    """A backup cannot be made, or nothing be taken from it."""


class FollowError(KetluanError):
    """A saved question is not there, or their file is damaged."""


class UserError(KetluanError):
    """A user cannot be added, changed or read."""

    exit_code = 2
