// Draws each chart of a page from the table in it: one set of numbers, two ways to read them. The colours are names of
// the style sheet, so that dark and print need no redrawing. Without this file, or without ECharts, the table is open.
(() => {
  const INK = "var(--ink)", QUIET = "var(--ink-2)", LINE = "var(--line)";
  const PANEL = 96, BAR = 22; // heights in px: a panel of columns, a bar
  const SIZE = 13;
  const TONE = { context: "var(--chart-context)", point: "var(--chart-point)", second: "var(--chart-second)" };

  // {kind, labels, point, series: [{name, tone, values, words, links}]} of the table in a chart; point: -1 for none;
  // words: the numbers as they are said, most often bare
  function read(chart) {
    const rows = [...chart.querySelectorAll("tbody tr")];
    const heads = [...chart.querySelectorAll("thead [data-tone]")];
    const series = heads.map(({ dataset, cellIndex }) => {
      const cells = rows.map((row) => row.cells[cellIndex]);
      return {
        name: dataset.name,
        tone: dataset.tone,
        values: cells.map(({ dataset: { value } }) => (value === undefined ? null : Number(value))),
        words: cells.map(({ dataset: { value, words } }) => words ?? value ?? "—"),
        links: cells.map((cell) => cell.querySelector("a")?.href),
      };
    });
    const labels = rows.map(({ cells: [head] }) => head.dataset.short ?? head.textContent.trim());
    return { kind: chart.dataset.kind, labels, series, point: rows.findIndex((row) => "point" in row.dataset) };
  }

  const text = (color = INK) => ({ color, fontSize: SIZE, textBorderWidth: 0 });

  // The points of a series; where the chart is about one of them, that one alone has the colour
  function points(data, { values, tone }) {
    return values.map((value, index) => ({
      value,
      itemStyle: { color: TONE[data.point < 0 ? tone : index === data.point ? "point" : "context"] },
    }));
  }

  const plain = { emphasis: { disabled: true }, animation: false, barMaxWidth: 36, barCategoryGap: "28%" };

  function namesAxis(data, width, more = {}) {
    return {
      type: "category",
      data: data.labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
      axisLabel: { ...text(QUIET), interval: 0, hideOverlap: true, ...more },
    };
  }

  // px that the longest of some words needs: Chinese is as wide as high, Latin about half of it
  const widest = (words) => SIZE * Math.max(...words.map((word) => [...word].reduce((sum, sign) => sum + (sign > "\u2e80" ? 1 : 0.58), 0)));
  const hiddenAxis = (max) => ({ type: "value", show: false, min: 0, max });

  // Columns: a panel per series, one scale for all, so that they can be compared
  function columns(data) {
    const most = Math.max(1, ...data.series.flatMap((series) => series.values));
    const panels = data.series.map((_series, index) => index);
    return {
      title: panels.map((index) => ({
        text: data.series[index].name, left: 0, top: index * PANEL, padding: 0, textStyle: { ...text(), fontWeight: 600 },
      })),
      grid: panels.map((index) => ({ left: 0, right: 0, top: index * PANEL + 38, height: PANEL - 44 })),
      xAxis: panels.map((index) => ({ ...namesAxis(data), gridIndex: index, axisLabel: { ...text(QUIET), interval: 0, show: index === panels.length - 1 } })),
      yAxis: panels.map((index) => ({ ...hiddenAxis(most), gridIndex: index })),
      series: data.series.map((series, index) => ({
        ...plain, type: "bar", name: series.name, xAxisIndex: index, yAxisIndex: index, data: points(data, series),
        label: { show: true, position: "top", distance: 3, ...text() }, labelLayout: { hideOverlap: true },
      })),
    };
  }

  // Bars for things with names; of several series the number stands with the name of its series
  function bars(data, width) {
    const several = data.series.length > 1;
    const name = Math.min(widest(data.labels) + 4, width < 500 ? width * 0.32 : 190);
    const said = (series) => series.words.map((words) => (several ? `${series.name} ${words}` : words));
    const room = widest(data.series.flatMap(said)) + SIZE;
    return {
      grid: { left: 0, right: room, top: 0, bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: hiddenAxis(),
      yAxis: { ...namesAxis(data, width, { width: name, overflow: "break", lineHeight: 17, color: INK }), inverse: true, axisLine: { show: false } },
      series: data.series.map((series) => ({
        ...plain, type: "bar", name: series.name, data: points(data, series), barMaxWidth: 16, barGap: "12%",
        label: { show: true, position: "right", ...text(), formatter: ({ dataIndex }) => said(series)[dataIndex] },
      })),
    };
  }

  const OPTION = { bar: columns, hbar: bars };

  function height(data) {
    if (data.kind === "bar") return data.series.length * PANEL + 24;
    return data.labels.length * (data.series.length * (BAR - 2) + 14);
  }

  const tooltip = {
    renderMode: "richText", confine: true, transitionDuration: 0, backgroundColor: "var(--surface)", borderColor: LINE,
    textStyle: { color: INK, fontSize: SIZE }, shadowBlur: 0, axisPointer: { lineStyle: { color: "var(--line-strong)" } },
  };

  function draw(chart) {
    const picture = chart.querySelector(".chart-picture");
    if (!picture) return;
    const data = read(chart);
    picture.style.height = `${height(data)}px`;
    const drawn = echarts.init(picture, null, { renderer: "svg" });
    const show = () => {
      const option = OPTION[data.kind](data, drawn.getWidth());
      drawn.setOption({ animation: false, textStyle: { fontFamily: getComputedStyle(chart).fontFamily }, ...option, tooltip: { ...tooltip, ...option.tooltip } }, true);
    };
    // on paper the picture is as wide as the sheet: the SVG is scaled from the size it has
    drawn.on("finished", () => picture.querySelector("svg")?.setAttribute("viewBox", `0 0 ${drawn.getWidth()} ${drawn.getHeight()}`));
    drawn.on("click", ({ seriesIndex, dataIndex, event }) => {
      const address = data.series[seriesIndex].links[dataIndex];
      if (!address) return;
      if (event.event.ctrlKey || event.event.metaKey) window.open(address);
      else location.assign(address);
    });
    show();
    const resized = (onPaper) => {
      drawn.resize({ width: onPaper ? Number(getComputedStyle(chart).getPropertyValue("--chart-paper")) : "auto" });
      show();
    };
    let known = picture.clientWidth;
    new ResizeObserver(() => {
      if (picture.clientWidth && picture.clientWidth !== known && !printing) resized();
      known = picture.clientWidth || known;
    }).observe(picture);
    return resized;
  }

  let printing = false;
  const charts = [...document.querySelectorAll(".chart")];
  if (!window.echarts) {
    for (const chart of charts) chart.classList.add("chart-undrawn");
    for (const twin of document.querySelectorAll(".chart-twin")) twin.open = true;
    return;
  }
  const drawn = charts.map(draw).filter(Boolean);
  window.addEventListener("beforeprint", () => {
    printing = true;
    for (const resize of drawn) resize(true);
  });
  window.addEventListener("afterprint", () => {
    printing = false;
    for (const resize of drawn) resize();
  });
})();
