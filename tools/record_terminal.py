#!/usr/bin/env python3
"""Records what a command shows in a terminal as an animated SVG, for the documentation. Needs tmux.

usage: record_terminal.py OUT.svg SECONDS COMMAND…

    tools/record_terminal.py docs/listen.svg 24 build/release/voicestand listen --input .deps/samples/two_cities.wav
"""
import html
import re
import subprocess
import sys
import time

COLUMNS, ROWS = 84, 12
FRAME_S = 0.12
CELL_W, CELL_H = 8.4, 18
COLOURS = {"1": 'font-weight="bold"', "2": 'fill-opacity="0.6"', "31": 'fill="#ff6b6b"', "32": 'fill="#51cf66"', "33": 'fill="#fcc419"'}


def frames(command, seconds):
    """(time, lines with ANSI sequences) whenever the screen has changed."""
    session = f"record-{time.monotonic_ns()}"
    tmux = lambda *arguments: subprocess.run(["tmux", *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout
    tmux("new-session", "-d", "-s", session, "-x", str(COLUMNS), "-y", str(ROWS), "exec " + " ".join(command) + " 2>/dev/null; sleep 2")
    try:
        shown, start = None, time.monotonic()
        while (now := time.monotonic() - start) < seconds:
            lines = tmux("capture-pane", "-e", "-p", "-t", session).rstrip("\n").split("\n")
            if lines != shown:
                shown = lines
                yield now, lines
            time.sleep(FRAME_S)
    finally:
        subprocess.run(["tmux", "kill-session", "-t", session], stderr=subprocess.DEVNULL)


def spans(line):
    style = []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if match := re.fullmatch(r"\x1b\[([0-9;]*)m", part):
            for code in match[1].split(";"):
                style = [] if code in ("", "0", "39", "22") else [*style, code]
        elif part:
            attributes = " ".join(COLOURS[code] for code in style if code in COLOURS)
            yield f"<tspan {attributes}>{html.escape(part)}</tspan>" if attributes else html.escape(part)


def svg(recorded, seconds):
    width, height = COLUMNS * CELL_W + 24, ROWS * CELL_H + 24
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}">',
           '<rect width="100%" height="100%" rx="8" fill="#1b1d23"/>',
           '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" fill="#e9ecef" xml:space="preserve">']
    for number, (at, lines) in enumerate(recorded):
        end = recorded[number + 1][0] if number + 1 < len(recorded) else seconds
        text = "".join(f'<text x="12" y="{12 + (row + 1) * CELL_H - 4}">{"".join(spans(line))}</text>' for row, line in enumerate(lines) if line.strip())
        keys = f"0;{at / seconds:.4f};{end / seconds:.4f};1" if at > 0 else f"0;{end / seconds:.4f};1"
        values = "none;inline;none;none" if at > 0 else "inline;none;none"
        if number + 1 == len(recorded):
            keys, values = f"0;{at / seconds:.4f};1", "none;inline;inline"
        out.append(f'<g display="none"><animate attributeName="display" dur="{seconds}s" repeatCount="indefinite" calcMode="discrete" '
                   f'keyTimes="{keys}" values="{values}"/>{text}</g>')
    return "\n".join([*out, "</g>", "</svg>", ""])


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    seconds = float(sys.argv[2])
    recorded = list(frames(sys.argv[3:], seconds))
    with open(sys.argv[1], "w") as out:
        out.write(svg(recorded, seconds))
    print(f"{len(recorded)} frames")


if __name__ == "__main__":
    main()
