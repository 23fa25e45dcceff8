// Measures a mail as Chromium shows it: how much too wide it is, which texts are cut off or faint, which targets small.
() => {
  const shown = e => {
    const box = e.getBoundingClientRect();
    for (let up = e; up; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return false;
      if (parseFloat(style.maxHeight) === 0 || parseFloat(style.fontSize) === 0 && up === e) return false;
    }
    return box.width > 1 && box.height > 1;
  };
  const words = e => (e.textContent || e.alt || "").replace(/\s+/g, " ").trim().slice(0, 60);
  const ownText = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  const all = [...document.body.querySelectorAll("*")].filter(shown);

  const clipped = all.flatMap(e => {
    const style = getComputedStyle(e);
    if (!/hidden|clip/.test(style.overflowX + style.overflowY) || !words(e)) return [];
    const [wide, high] = [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight];
    if (wide > 1) return [{ words: words(e), detail: `is ${wide} px too long for its box` }];
    return high > 1 ? [{ words: words(e), detail: `is ${high} px too high for its box` }] : [];
  });

  // Colours behind and in front, layers mixed by their opacity; a picture behind a text cannot be judged.
  const parts = colour => (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = (top, below) => {
    const a = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a));
  };
  const ground = e => {
    if (!e) return [255, 255, 255];
    const style = getComputedStyle(e);
    const below = ground(e.parentElement);
    return style.backgroundImage !== "none" || !below ? null : over(parts(style.backgroundColor), below);
  };
  const light = c => {
    const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = all.filter(ownText).flatMap(e => {
    const [style, behind] = [getComputedStyle(e), ground(e)];
    if (!behind) return [];
    const [a, b] = [light(over(parts(style.color), behind)), light(behind)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5;
    return ratio < needed - 0.005 ? [{ words: words(e), detail: `has ${ratio.toFixed(1)} to 1` }] : [];
  });

  // WCAG 2.2 SC 2.5.8: links within a sentence are free, and so are those with 24 px around their middle to themselves.
  const targets = all.filter(e => e.matches("a[href], button, input, summary"));
  const inline = e => getComputedStyle(e).display === "inline" && ownText(e.parentElement);
  const small = targets.flatMap(e => {
    const box = e.getBoundingClientRect();
    if (box.width >= 24 && box.height >= 24 || inline(e)) return [];
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const near = targets.some(other => {
      if (other === e || e.contains(other) || other.contains(e)) return false;
      const its = other.getBoundingClientRect();
      const [dx, dy] = [Math.max(its.left - x, x - its.right, 0), Math.max(its.top - y, y - its.bottom, 0)];
      return Math.hypot(dx, dy) < 12;
    });
    return near ? [{ words: words(e), detail: `${Math.round(box.width)} by ${Math.round(box.height)} px` }] : [];
  });
  return { overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth), clipped, faint, small };
}
