"""The web page: questions of an archivist, asked and answered in a browser. Nothing is parsed or decided here.

app.py        which address is answered by which view; time limits; errors as pages
guard.py      what holds for every answer: host, length, headers, access log
desk.py       what views share: archive, index, and lists that are made anew every few seconds
address.py    what an address asks, and addresses of the next questions
sheets.py     a page of a PDF as an image, and where a passage stands on it
deposit.py    a file from the browser into the inbox
words.py      how things are called on the page
charts.py     measures of the drawings
views/        one module a page
templates/    the pages; static/ style, script, fonts
"""
