/* The item browser. Texts of models and data reach the page through textContent alone, never as markup. */
(() => {
  "use strict";
  const root = document.getElementById("browser");
  const words = JSON.parse(document.getElementById("browser-words").textContent);
  const packed = document.getElementById("browser-items").textContent.trim();
  if (!root || typeof DecompressionStream === "undefined") return;

  const ROW = 64;
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const said = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const find = (name) => root.querySelector(`[data-part="${name}"]`);

  async function unpack() {
    const bytes = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  function start({ models, tasks, items, metrics, statuses, reasons }) {
    const list = find("list"), detail = find("detail"), status = find("count");
    const search = find("search"), axis = find("axis"), task = find("task"), outcome = find("outcome");
    const veil = find("veil");
    let shown = items.map((_, place) => place), chosen = -1, texts = null;

    const answersOf = (item) => item[4].map((one) => one && {
      text: one[0], status: statuses[one[1]], fitness: one[2], cut: one[5],
      scores: one[3].map(([metric, value]) => [metrics[metric], value]),
      unscored: one[4].map(([metric, reason]) => [metrics[metric], reasons[reason]]),
    });
    const mark = (one) => {
      if (!one) return ["none", "–"];
      if (one[2] === null) return ["open", "?"];
      if (one[2] >= 0.999) return ["good", "✓"];
      return one[2] <= 0.001 ? ["bad", "✗"] : ["part", "◐"];
    };
    const searchable = () => {
      texts ??= items.map((item) => [item[1], item[2], item[3], ...item[4].map((one) => (one ? one[0] : ""))]
        .join("\n").toLowerCase());
      return texts;
    };

    const outcomes = {
      all: () => true,
      wrong: (item) => item[4].some((one) => one && one[2] !== null && one[2] <= 0.001),
      everyone: (item) => item[4].every((one) => one && one[2] !== null && one[2] <= 0.001),
      differ: (item) => new Set(item[4].filter((one) => one && one[2] !== null).map((one) => one[2])).size > 1,
      open: (item) => item[4].some((one) => one && one[2] === null),
    };

    function filter() {
      const sought = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const whole = sought.length ? searchable() : null;
      const keep = outcomes[outcome.value];
      shown = [];
      for (let place = 0; place < items.length; place += 1) {
        const item = items[place], of = tasks[item[0]];
        if (axis.value && of.axis !== axis.value) continue;
        if (task.value && String(item[0]) !== task.value) continue;
        if (!keep(item)) continue;
        if (whole && !sought.every((word) => whole[place].includes(word))) continue;
        shown.push(place);
      }
      chosen = -1;
      list.scrollTop = 0;
      status.textContent = said(words.count, { shown: shown.length.toLocaleString(), total: items.length.toLocaleString() });
      draw();
      if (shown.length) choose(0, false);
      else detail.replaceChildren(make("p", "quiet", words.nothing));
    }

    const canvas = make("div", "rows");
    list.append(canvas);
    function draw() {
      canvas.style.height = `${shown.length * ROW}px`;
      const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 4);
      const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 4);
      const rows = [];
      for (let at = first; at < last; at += 1) rows.push(row(at));
      canvas.replaceChildren(...rows);
      list.setAttribute("aria-activedescendant", chosen >= first && chosen < last ? `item-${chosen}` : "");
      if (!list.getAttribute("aria-activedescendant")) list.removeAttribute("aria-activedescendant");
    }
    function row(at) {
      const item = items[shown[at]], of = tasks[item[0]];
      const node = make("div", "row");
      node.id = `item-${at}`;
      node.setAttribute("role", "option");
      node.setAttribute("aria-selected", String(at === chosen));
      node.setAttribute("aria-setsize", String(shown.length));
      node.setAttribute("aria-posinset", String(at + 1));
      node.style.top = `${at * ROW}px`;
      const marks = make("span", "marks");
      item[4].forEach((one, place) => {
        const [kind, sign] = mark(one);
        const node = make("span", `mark ${kind}`, sign);
        node.title = `${models[place]}: ${words[`mark_${kind}`]}`;
        marks.append(node);
      });
      const line = make("span", "line", of.veiled && !veil.checked ? words.veiled_line : item[2].replace(/\s+/g, " ").slice(0, 160));
      if (of.lang) line.lang = of.lang;
      node.append(make("span", "of", of.title), marks, line);
      node.addEventListener("click", () => choose(at, true));
      return node;
    }

    const veiled = (of, node) => {
      if (!of.veiled || veil.checked) return node;
      const fold = make("details", "veil");
      fold.append(make("summary", "", words.veiled), node);
      return fold;
    };
    const block = (text, lang) => {
      const node = make("pre", "text", text);
      if (lang) node.lang = lang;
      return node;
    };

    function choose(at, move) {
      chosen = at;
      const item = items[shown[at]], of = tasks[item[0]];
      const parts = [make("h3", "", of.title)];
      const facts = make("p", "quiet", `${of.name} · ${words.axes[of.axis] ?? of.axis} · ${item[1]}`);
      parts.push(facts, make("h4", "", words.question), veiled(of, block(item[2], of.lang)));
      if (item[5]) parts.push(make("p", "quiet", said(words.cut, { n: item[5].toLocaleString() })));
      if (item[3]) parts.push(make("h4", "", words.gold), block(item[3], of.lang));
      const side = make("div", "answers");
      answersOf(item).forEach((one, place) => {
        const box = make("section", "answer");
        const [kind, sign] = mark(item[4][place]);
        const heading = make("h4", "");
        heading.append(make("span", `mark ${kind}`, sign), ` ${models[place]}`);
        box.append(heading);
        if (!one) { box.append(make("p", "quiet", words.not_asked)); side.append(box); return; }
        if (one.status !== "answered") box.append(make("p", "quiet", words[`status_${one.status}`]));
        box.append(veiled(of, block(one.text === "" ? words.empty : one.text, of.lang)));
        if (one.cut) box.append(make("p", "quiet", said(words.cut, { n: one.cut.toLocaleString() })));
        const scores = make("dl", "scores");
        for (const [name, value] of one.scores) scores.append(make("dt", "", name), make("dd", "", String(value)));
        for (const [name, reason] of one.unscored) scores.append(make("dt", "", name), make("dd", "quiet", `${words.unscored}: ${reason}`));
        if (scores.childElementCount) {
          const fold = make("details", "");
          fold.append(make("summary", "", words.scores), scores);
          box.append(fold);
        }
        side.append(box);
      });
      parts.push(make("h4", "", words.answers), side);
      detail.replaceChildren(...parts);
      detail.scrollTop = 0;
      const top = at * ROW;
      if (top < list.scrollTop) list.scrollTop = top;
      else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
      draw();
      if (move && matchMedia("(max-width: 60rem)").matches) detail.scrollIntoView({ block: "start", behavior: "smooth" });
    }

    list.addEventListener("keydown", (event) => {
      const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
      if (!(event.key in steps) || !shown.length) return;
      event.preventDefault();
      choose(Math.min(shown.length - 1, Math.max(0, chosen + steps[event.key])), false);
    });
    let pending = false;
    list.addEventListener("scroll", () => {
      if (pending) return;
      pending = true;
      requestAnimationFrame(() => { pending = false; draw(); });
    }, { passive: true });
    addEventListener("resize", draw, { passive: true });
    for (const control of [axis, outcome, veil]) control.addEventListener("change", filter);
    task.addEventListener("change", filter);
    let wait = 0;
    search.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(filter, 120); });

    root.hidden = false;
    document.getElementById("static-items").hidden = true;
    filter();
    root.dataset.ready = String(items.length);
  }

  requestAnimationFrame(() => setTimeout(() => unpack().then(start), 0));
})();
