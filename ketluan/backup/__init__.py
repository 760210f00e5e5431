"""How does the archive outlive its disk? Sets on other disks, each proven as it is written, and the way back.

    DESTINATION/
      DOC-TRUOC.txt                      what lies here, and how to get it back without this program
      files/3f/3f9a1c2e…                 each content once, named by its SHA-256, never changed again
      sets/2026-11-25T013000+0700.txt    one list a backup: hash, size and path of every file (`ketluan.backup.sets`)

    sets          what is a set, and is the list of one whole?
    source        which files of a home belong into one, and what hash must each have?
    making        `back_up`: home → destination
    restoring     `restore`: destination → a new home; `check`: is every content of a destination what it was?

Contents come first, flushed and read back; the list comes last, by one rename: a set that can be seen is whole. A later
set costs what is new. Nothing at a destination is ever deleted or overwritten, so damage at the source does not spread.
"""

from ketluan.backup.making import Made, back_up
from ketluan.backup.restoring import Restored, check, restore
from ketluan.backup.sets import BackupSet, all_sets

__all__ = ["BackupSet", "Made", "Restored", "all_sets", "back_up", "check", "restore"]
