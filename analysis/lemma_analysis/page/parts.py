"""Pieces of the page, as HTML."""

from html import escape


def number(value):
    """A number as people read it; '' for none."""
    if value is None:
        return ""
    if isinstance(value, (int, str)):
        return str(value)
    return f"{value:.4g}"


def cell(value, sort=None, kind=""):
    """A table's cell; sort: the number that it is sorted by, where the text is not."""
    key = "" if sort is None else f' data-sort="{escape(number_key(sort))}"'
    return f'<td{key}{f" class={kind}" if kind else ""}>{escape(str(value))}</td>'


def number_key(value):
    """A number in full, for sorting; '' for none."""
    return "" if value is None or value == "" else repr(float(value))


def definitions(pairs):
    """A list of names and what they are; empty ones are left out."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>"
                   for name, value in pairs if value not in (None, "", []))
    return f"<dl>{rows}</dl>"


def cards(items):
    """Headline numbers: (value, name, meaning)."""
    return '<div class="cards">' + "".join(
        f'<div class="card"><b>{escape(number(value))}</b>{escape(name)}'
        f"<br><small>{escape(meaning)}</small></div>" for value, name, meaning in items) + "</div>"


def section(name, title, inner):
    """A section with its heading."""
    return f'<section id="{name}"><h2>{escape(title)}</h2>{inner}</section>'


def figure(place, chart):
    """A figure that the page's script draws."""
    return (f'<figure id="figure-{escape(chart.name)}"><h3>{escape(chart.title)} '
            f'<button type="button" data-csv="{place}" aria-label="{escape(chart.title)}: '
            f'numbers as CSV">CSV</button></h3>'
            f'<div class="panels" data-chart="{place}"></div>'
            f"<figcaption>{escape(chart.full_caption)}</figcaption></figure>")


def filters(counts):
    """Buttons an outcome, with how many there are, and a field for words."""
    buttons = "".join(
        f'<button type="button" data-outcome="{name}" aria-pressed="{str(name == "all").lower()}">'
        f"{name} {count}</button>" for name, count in counts)
    return (f'<div class="filters"><span id="outcomes" role="group" aria-label="Outcome">{buttons}'
            f'</span><label>words <input id="words" type="search" size="18"></label>'
            f'<span id="count" class="soft" aria-live="polite"></span></div>')


def verdict_table(heads, rows):
    """heads: (title, kind); rows: (verdict, cells, detail), the cells as HTML, the second the
    name, which opens the detail."""
    top = "".join(f'<th scope="col"{f" class={kind}" if kind else ""}>'
                  f'<button type="button">{escape(title)}</button></th>' for title, kind in heads)
    body = "".join(
        f'<tr class="verdict" data-verdict="{escape(verdict)}">{cells}</tr>'
        f'<tr class="detail" hidden><td colspan="{len(heads)}">{detail}</td></tr>'
        for verdict, cells, detail in rows)
    return (f'<div class="scroll"><table id="verdicts"><thead><tr>{top}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>")


def opener(name):
    """The cell whose button opens a row."""
    return f'<td><button type="button" aria-expanded="false">{escape(name)}</button></td>'
