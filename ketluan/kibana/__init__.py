"""What the office sees in Kibana: made from tables, checked, and brought there.

names.py       what fields and values are called in Vietnamese
boards.py      which data views, saved searches and dashboards there are (tables)
lens.py        a chart as Kibana's Lens keeps it
objects.py     all of it as saved objects  → index_mappings/kibana/ketluan.ndjson
check.py       is the file as Kibana takes it? (shapes, versions, references)
replay.py      the requests that each panel, search and control makes
provision.py   brings roles, keys, space and objects to Elasticsearch and Kibana
"""
