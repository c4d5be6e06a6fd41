#!/bin/sh
# Fail when a built page would load anything from another host. Usage: offline.sh SITE_FOLDER
set -eu

pages=$(find "$1" -name '*.html' | wc -l)
if [ "$pages" -eq 0 ]; then
  echo "docs: no page was built in $1" >&2
  exit 1
fi
if grep -rnoE --include='*.html' --include='*.css' \
  '(<(script|img|iframe|source)[^>]*src="(https?:)?//[^"]*"|<link[^>]*rel="(stylesheet|preload|icon)"[^>]*href="(https?:)?//[^"]*"|url\("?(https?:)?//|@import[^;]*//)' "$1"; then
  echo "docs: these pages load from elsewhere" >&2
  exit 1
fi
echo "docs: $pages pages, none loads from elsewhere"
