/** Draws charts: series of numbers as lines or bars over their labels, shares of a whole as bars, each named in a legend. */
import { h } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 480;
const HEIGHT = 150;
const FOOT = 18;

function s(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A figure with a title, the drawing, and a legend that names each series, a line with its last value. */
export function chart(block) {
  const { type } = block.chart;
  const series = type === "pie" ? [{ name: block.title, data: block.chart.segments }] : block.chart.series;
  const drawing = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + FOOT}`, role: "img", "aria-label": said(series) });
  drawing.append(...months(series[0].data), ...(type === "pie" || type === "bar" ? bars(series) : lines(series, type === "area")));
  const told = type === "pie" ? series[0].data.map((point) => [point.label, point, 0]) : series.map((one, place) => [one.name, one.data.at(-1), place]);
  const legend = h("ul", {}, told.map(([name, point, place]) => h("li", { class: `series-${place}` }, type === "bar" ? name : `${name}: ${number(point.value)}`)));
  return h("figure", {}, h("figcaption", {}, block.title), drawing, legend);
}

const number = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });
const said = (series) => series.map((one) => `${one.name}: ${one.data.map((point) => `${point.label} ${number(point.value)}`).join(", ")}`).join("; ");
const most = (series) => Math.max(1, ...series.flatMap((one) => one.data.map((point) => point.value)));
const across = (place, count) => ((place + 0.5) * WIDTH) / count;
const down = (value, top) => HEIGHT - (Math.max(value, 0) * (HEIGHT - 18)) / top;

/** A label as long as its place allows; the whole one stands in its title. */
function fitted(label, count) {
  const most = Math.max(2, Math.floor(WIDTH / count / 6));
  return label.length > most ? [`${label.slice(0, most - 1)}…`, s("title", {}, label)] : [label];
}

function months(points) {
  return points.map((point, place) => s("text", { x: across(place, points.length), y: HEIGHT + 13, "text-anchor": "middle" }, ...fitted(point.label, points.length)));
}

function lines(series, filled) {
  const top = most(series);
  return series.map((one, place) => {
    const path = one.data.map((point, at) => `${across(at, one.data.length)},${down(point.value, top)}`);
    const closed = filled ? [`${across(0, path.length)},${HEIGHT}`, ...path, `${across(path.length - 1, path.length)},${HEIGHT}`] : path;
    return s(filled ? "polygon" : "polyline", { class: `series-${place}${filled ? " filled" : ""}`, points: closed.join(" ") });
  });
}

function bars(series) {
  const top = most(series);
  return series.flatMap((one, place) => {
    const slot = WIDTH / one.data.length;
    const width = (slot * 0.8) / series.length;
    const left = (at) => at * slot + slot * 0.1 + place * width;
    return one.data.flatMap((point, at) => [
      s("rect", { class: `series-${place} filled`, x: left(at), y: down(point.value, top), width, height: HEIGHT - down(point.value, top) }),
      s("text", { x: left(at) + width / 2, y: down(point.value, top) - 4, "text-anchor": "middle" }, number(point.value)),
    ]);
  });
}
