// Draws a chart's panels as SVG: lines, bands, points; values under the pointer or the arrow
// keys; zoom by dragging, + and -; a legend whose entries can be switched off.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const DASH = {solid: "", dashed: "7 4", dashdot: "8 3 2 3", dotted: "2 3", none: ""};

function make(parent, name, attributes, text) {
  const svg = parent.namespaceURI === SVG || name === "svg";
  const item = svg ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const key in attributes || {}) item.setAttribute(key, attributes[key]);
  if (text !== undefined) item.textContent = text;
  parent.appendChild(item);
  return item;
}

function say(x) {
  if (x === null || x === undefined || !isFinite(x)) return "-";
  const size = Math.abs(x);
  if (x !== 0 && (size < 1e-3 || size >= 1e5)) return x.toExponential(3);
  return String(Number(x.toPrecision(5)));
}

// A linear or logarithmic axis from data to pixels.
class Axis {
  constructor(low, high, log, from, to) {
    Object.assign(this, {low, high, log, from, to});
  }
  at(v) {
    const [a, b, x] = this.log ? [Math.log(this.low), Math.log(this.high), Math.log(v)]
      : [this.low, this.high, v];
    return this.from + (this.to - this.from) * (b === a ? 0.5 : (x - a) / (b - a));
  }
  value(p) {
    const s = (p - this.from) / (this.to - this.from);
    return this.log ? Math.exp(Math.log(this.low) + s * Math.log(this.high / this.low))
      : this.low + s * (this.high - this.low);
  }
  good(v) {
    return v !== null && isFinite(v) && (!this.log || v > 0);
  }
  ticks(count) {
    const found = [];
    if (this.log && this.high / this.low >= 12) {
      const first = Math.ceil(Math.log10(this.low) - 1e-9);
      const last = Math.floor(Math.log10(this.high) + 1e-9);
      const every = Math.max(1, Math.ceil((last - first + 1) / count));
      for (let k = first; k <= last; k += every) found.push(Math.pow(10, k));
      return found;
    }
    const raw = (this.high - this.low) / count, power = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 5, 10].map(k => k * power).find(k => k >= raw) || raw;
    for (let v = Math.ceil(this.low / step - 1e-9) * step; v <= this.high * (1 + 1e-9) + 1e-300;
      v += step) found.push(Math.abs(v) < step * 1e-9 ? 0 : v);
    return found;
  }
}

function range(values, log) {
  let low = Infinity, high = -Infinity;
  for (const v of values)
    if (v !== null && isFinite(v) && (!log || v > 0)) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  if (low > high) return log ? [0.1, 1] : [0, 1];
  if (log) {
    const pad = Math.max(Math.pow(high / low, 0.04), 1.05);
    return [low / pad, high * pad];
  }
  const pad = (high - low) * 0.04 || Math.abs(high) * 0.05 || 1;
  return [low - pad, high + pad];
}

class PanelView {
  constructor(home, panel, title) {
    this.panel = panel;
    this.rows = panel.row_names;
    this.width = 480;
    this.height = this.rows ? 70 + 17 * this.rows.length : 300;
    this.left = this.rows ? 175 : 66;
    this.hidden = new Set();
    this.zoomed = null;
    this.box = make(home, "div", {class: "panel"});
    if (panel.title) make(this.box, "h4", {}, panel.title);
    this.svg = make(this.box, "svg", {viewBox: `0 0 ${this.width} ${this.height}`, tabindex: "0",
      role: "img", "aria-label": `${title}, ${panel.title || panel.y_label}. Arrow keys read ` +
      "values, plus and minus zoom, 0 shows all."});
    this.told = make(this.box, "output", {class: "told", "aria-live": "polite"});
    this.legend();
    this.draw();
    this.listen();
  }

  shown() {
    const left = kind => (_, k) => !this.hidden.has(kind + k);
    return {lines: this.panel.lines.filter(left("line")),
      bands: this.panel.bands.filter(left("band"))};
  }

  axes() {
    const {lines, bands} = this.shown(), p = this.panel, z = this.zoomed;
    const xs = [], ys = [];
    for (const line of lines) { xs.push(...line.x); ys.push(...line.y); }
    for (const band of bands) { xs.push(...band.x); ys.push(...band.low, ...band.high); }
    const x = z ? z.x : range(xs, p.x_log);
    const y = z ? z.y : this.rows ? [-0.6, this.rows.length - 0.4] : range(ys, p.y_log);
    const bottom = this.height - 40, right = this.width - 10;
    this.x = new Axis(x[0], x[1], p.x_log, this.left, right);
    this.y = this.rows ? new Axis(y[0], y[1], false, 10, bottom)
      : new Axis(y[0], y[1], p.y_log, bottom, 10);
    this.area = {left: this.left, right, top: 10, bottom};
  }

  draw() {
    this.axes();
    const svg = this.svg, a = this.area, clip = `clip${PanelView.count++}`;
    svg.replaceChildren();
    make(make(make(svg, "defs"), "clipPath", {id: clip}), "rect", {x: a.left, y: a.top,
      width: a.right - a.left, height: a.bottom - a.top});
    this.frame();
    const inside = make(svg, "g", {"clip-path": `url(#${clip})`});
    const {lines, bands} = this.shown();
    for (const band of bands) this.area_of(inside, band);
    for (const line of lines) this.line_of(inside, line);
    this.cursor = make(svg, "line", {class: "cursor", y1: a.top, y2: a.bottom, visibility:
      "hidden"});
    this.rubber = make(svg, "rect", {class: "rubber", visibility: "hidden"});
  }

  frame() {
    const a = this.area, svg = this.svg, p = this.panel;
    const room = Math.max(3, Math.floor((a.right - a.left) / 75));
    for (const v of this.x.ticks(room)) {
      const x = this.x.at(v);
      make(svg, "line", {class: "grid", x1: x, x2: x, y1: a.top, y2: a.bottom});
      this.tick(x, a.bottom + 14, "middle", v, this.x);
    }
    if (this.rows) this.rows.forEach((name, k) => {
      const y = this.y.at(k);
      if (y < a.top || y > a.bottom) return;
      make(svg, "line", {class: "grid", x1: a.left, x2: a.right, y1: y, y2: y});
      make(svg, "text", {x: a.left - 5, y: y + 3.5, "text-anchor": "end"}, name);
    });
    else for (const v of this.y.ticks(6)) {
      const y = this.y.at(v);
      make(svg, "line", {class: "grid", x1: a.left, x2: a.right, y1: y, y2: y});
      this.tick(a.left - 5, y + 3.5, "end", v, this.y);
    }
    make(svg, "path", {class: "frame", d: `M${a.left} ${a.top}V${a.bottom}H${a.right}`});
    make(svg, "text", {x: (a.left + a.right) / 2, y: this.height - 6, "text-anchor": "middle",
      class: "label"}, p.x_label);
    const words = p.y_label.split("\n");
    words.forEach((word, k) => make(svg, "text", {"text-anchor": "middle", class: "label",
      transform: `translate(${12 + 12 * (k - (words.length > 1 ? 0.3 : 0))} ` +
      `${(a.top + a.bottom) / 2}) rotate(-90)`}, word));
  }

  tick(x, y, anchor, v, axis) {
    const text = make(this.svg, "text", {x, y, "text-anchor": anchor});
    const power = Math.log10(Math.abs(v));
    if (axis.log && Math.abs(power - Math.round(power)) < 1e-9 && Math.abs(power) >= 3) {
      make(text, "tspan", {}, "10");
      make(text, "tspan", {dy: -4, "font-size": "8"}, String(Math.round(power)));
    } else text.textContent = say(v);
  }

  pixels(x, y) {
    return this.x.good(x) && this.y.good(y) ? [this.x.at(x), this.y.at(y)] : null;
  }

  line_of(home, line) {
    let d = "", pen = false;
    const lonely = [], n = line.x.length;
    for (let k = 0; k < n; k++) {
      const at = this.pixels(line.x[k], line.y[k]);
      if (!at) { pen = false; continue; }
      const next = k + 1 < n && this.pixels(line.x[k + 1], line.y[k + 1]);
      if (!pen && !next) lonely.push(at);
      d += `${pen ? "L" : "M"}${at[0].toFixed(1)} ${at[1].toFixed(1)}`;
      pen = true;
      if (line.marker || line.dash === "none") this.mark(home, at, line);
    }
    const colour = `var(--c${line.colour % 7})`;
    if (line.dash !== "none") make(home, "path", {d, class: "line " + line.role, stroke: colour,
      "stroke-dasharray": DASH[line.dash]});
    if (!line.marker && line.dash !== "none")
      for (const at of lonely) make(home, "circle", {cx: at[0], cy: at[1], r: 1.6, fill: colour});
  }

  mark(home, at, line) {
    const [x, y] = at, r = 3.4, colour = `var(--c${line.colour % 7})`;
    const shapes = {s: `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
      "^": `M${x} ${y - r}l${r} ${2 * r}h${-2 * r}z`, v: `M${x} ${y + r}l${r} ${-2 * r}h${-2 * r}z`,
      D: `M${x} ${y - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z`,
      X: `M${x - r} ${y - r}l${2 * r} ${2 * r}M${x + r} ${y - r}l${-2 * r} ${2 * r}`};
    const d = shapes[line.marker] ||
      `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
    make(home, "path", {d, class: "mark", stroke: colour,
      fill: line.dash === "none" ? "none" : colour});
  }

  area_of(home, band) {
    let up = [], down = [];
    const colour = `var(--c${band.colour % 7})`;
    const close = () => {
      if (up.length) make(home, "path", {class: "band", fill: colour,
        d: "M" + up.concat(down.reverse()).map(p => p[0].toFixed(1) + " " + p[1].toFixed(1))
          .join("L") + "z"});
      up = [];
      down = [];
    };
    band.x.forEach((x, k) => {
      const low = this.pixels(x, band.low[k]), high = this.pixels(x, band.high[k]);
      if (low && high) { up.push(high); down.push(low); } else close();
    });
    close();
  }

  legend() {
    const list = make(this.box, "div", {class: "legend"});
    const entry = (id, item, band) => {
      if (!item.label) return;
      const button = make(list, "button", {type: "button", "aria-pressed": "true"});
      const key = make(button, "svg", {width: 26, height: 10, "aria-hidden": "true"});
      const colour = `var(--c${item.colour % 7})`;
      if (band) make(key, "rect", {width: 26, height: 10, class: "band", fill: colour});
      else if (item.dash === "none") this.mark(key, [13, 5], item);
      else make(key, "path", {d: "M0 5H26", class: "line", stroke: colour,
        "stroke-dasharray": DASH[item.dash]});
      make(button, "span", {}, item.label);
      button.addEventListener("click", () => {
        const off = !this.hidden.has(id);
        if (off) this.hidden.add(id); else this.hidden.delete(id);
        button.setAttribute("aria-pressed", String(!off));
        this.draw();
      });
    };
    this.panel.bands.forEach((band, k) => entry("band" + k, band, true));
    this.panel.lines.forEach((line, k) => entry("line" + k, line, false));
  }

  place(event) {
    const box = this.svg.getBoundingClientRect();
    return [(event.clientX - box.left) * this.width / box.width,
      (event.clientY - box.top) * this.height / box.height];
  }

  inside(at) {
    const a = this.area;
    return at[0] >= a.left && at[0] <= a.right && at[1] >= a.top && at[1] <= a.bottom;
  }

  listen() {
    let from = null;
    const svg = this.svg;
    svg.addEventListener("pointerdown", e => {
      const at = this.place(e);
      if (e.button === 0 && this.inside(at)) { from = at; svg.setPointerCapture(e.pointerId); }
    });
    svg.addEventListener("pointermove", e => {
      const at = this.place(e);
      if (from) this.stretch(from, at);
      else if (this.inside(at)) this.read(at); else this.unread();
    });
    svg.addEventListener("pointerup", e => {
      const at = this.place(e), start = from;
      from = null;
      this.rubber.setAttribute("visibility", "hidden");
      if (start && Math.abs(at[0] - start[0]) > 5 && Math.abs(at[1] - start[1]) > 5)
        this.zoom(start, at);
    });
    svg.addEventListener("pointerleave", () => this.unread());
    svg.addEventListener("dblclick", () => this.reset());
    svg.addEventListener("keydown", e => this.key(e));
  }

  key(e) {
    const a = this.area, middle = [(a.left + a.right) / 2, (a.top + a.bottom) / 2];
    const part = k => [[middle[0] - (middle[0] - a.left) * k, middle[1] - (middle[1] - a.top) * k],
      [middle[0] + (a.right - middle[0]) * k, middle[1] + (a.bottom - middle[1]) * k]];
    if (e.key === "ArrowRight" || e.key === "ArrowLeft") this.walk(e.key === "ArrowRight" ? 1 : -1);
    else if (e.key === "+" || e.key === "=") this.zoom(...part(0.5));
    else if (e.key === "-") this.zoom(...part(2));
    else if (e.key === "0" || e.key === "Escape") this.reset();
    else return;
    e.preventDefault();
  }

  // All x that are drawn, each once, in order.
  places() {
    const all = new Set();
    for (const line of this.shown().lines)
      for (const x of line.x)
        if (this.x.good(x) && x >= this.x.low && x <= this.x.high) all.add(x);
    return [...all].sort((p, q) => p - q);
  }

  walk(step) {
    const all = this.places();
    if (!all.length) return;
    const now = all.indexOf(this.seen);
    const next = now < 0 ? (step > 0 ? 0 : all.length - 1)
      : Math.min(all.length - 1, Math.max(0, now + step));
    this.tell(all[next], null);
  }

  read(at) {
    let best = null, far = Infinity;
    for (const line of this.shown().lines)
      line.x.forEach((x, k) => {
        const p = this.pixels(x, line.y[k]);
        if (!p) return;
        const d = this.rows || line.dash === "none" ? Math.hypot(p[0] - at[0], p[1] - at[1])
          : Math.abs(p[0] - at[0]);
        if (d < far) { far = d; best = {x, line, k}; }
      });
    if (best) this.tell(best.x, best);
  }

  tell(x, nearest) {
    this.seen = x;
    const said = [];
    if (nearest && (this.rows || nearest.line.names))
      said.push(`${nearest.line.names ? nearest.line.names[nearest.k] : nearest.line.label}: ` +
        say(nearest.line.x[nearest.k]));
    else {
      said.push(`${this.panel.x_label.split(" = ")[0]} ${say(x)}`);
      for (const line of this.shown().lines) {
        const values = line.x.flatMap((v, k) => v === x && line.y[k] !== null ? [line.y[k]] : []);
        if (values.length === 1) said.push(`${line.label || "value"}: ${say(values[0])}`);
        else if (values.length) said.push(`${line.label}: ${say(Math.min(...values))} .. ` +
          say(Math.max(...values)));
      }
    }
    this.told.textContent = said.join("  |  ");
    const p = this.x.at(x);
    for (const end of ["x1", "x2"]) this.cursor.setAttribute(end, p);
    this.cursor.setAttribute("visibility", "visible");
  }

  unread() {
    this.told.textContent = "";
    this.cursor.setAttribute("visibility", "hidden");
  }

  stretch(from, to) {
    const set = (k, v) => this.rubber.setAttribute(k, v);
    set("x", Math.min(from[0], to[0]));
    set("y", Math.min(from[1], to[1]));
    set("width", Math.abs(to[0] - from[0]));
    set("height", Math.abs(to[1] - from[1]));
    set("visibility", "visible");
  }

  zoom(p, q) {
    const order = (axis, u, v) => [axis.value(u), axis.value(v)].sort((s, t) => s - t);
    this.zoomed = {x: order(this.x, p[0], q[0]), y: order(this.y, p[1], q[1])};
    this.draw();
  }

  reset() {
    this.zoomed = null;
    this.draw();
  }
}
PanelView.count = 0;

function drawChart(home, chart) {
  for (const panel of chart.panels) new PanelView(home, panel, chart.title);
}

// A chart's numbers, a line a point: "panel,curve,x,y".
function chartCsv(chart) {
  const quote = t => `"${String(t).replace(/\n/g, " ").replace(/"/g, '""')}"`;
  const rows = ["panel,curve,x,y"];
  chart.panels.forEach((panel, k) => {
    const name = quote(panel.title || `panel ${k + 1}`);
    for (const line of panel.lines)
      line.x.forEach((x, i) => {
        if (x !== null && line.y[i] !== null) rows.push([name, quote(line.label), x, line.y[i]]);
      });
    for (const band of panel.bands)
      band.x.forEach((x, i) => {
        rows.push([name, quote(band.label + ", low"), x, band.low[i]]);
        rows.push([name, quote(band.label + ", high"), x, band.high[i]]);
      });
  });
  return rows.join("\n") + "\n";
}
