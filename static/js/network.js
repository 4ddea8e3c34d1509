// Draws the network of pairs with ECharts from the places that the server computed (reports/network/drawing.py): the
// still picture of the page, with tooltips, neighbours on hover and clicks. Colours are names of the style sheet, so
// that dark needs no redrawing; on paper, and without this file, the still picture stands.
(() => {
  const INK = "var(--ink)", QUIET = "var(--ink-2)", GREY = "var(--line-strong)", SOLVED = "var(--brand)";
  document.documentElement.classList.add("scripted");
  let drawn = null;

  function dots(nodes) {
    return nodes.map((node) => {
      const other = node.shape === "committee" || node.shape === "outside";
      const hollow = other || node.alone;
      return {
        name: node.key,
        value: [node.x, node.y],
        symbol: other ? "diamond" : "circle",
        symbolSize: 2 * node.radius,
        itemStyle: hollow ? { color: "var(--surface)", borderColor: node.alone ? GREY : QUIET, borderWidth: 2 } : { color: INK },
        label: { formatter: node.name, position: node.anchor === "end" ? "left" : "right", distance: 7 },
      };
    });
  }

  function lines({ nodes, links }) {
    return links.map(([first, second, width, bend, solved]) => {
      const color = solved ? SOLVED : GREY; // said for the emphasis too: ECharts would lighten it, and cannot read a name
      return {
        source: nodes[first].key,
        target: nodes[second].key,
        lineStyle: { width, curveness: bend, color, opacity: solved ? 0.62 : 1, cap: "round" },
        emphasis: { lineStyle: { color, opacity: 1 } },
      };
    });
  }

  function words(data, { dataType, dataIndex }) {
    if (dataType === "node") return `${data.nodes[dataIndex].name}\n${data.nodes[dataIndex].words}`;
    const [first, second, , , , numbers] = data.links[dataIndex];
    return `${data.nodes[first].name} – ${data.nodes[second].name}\n${numbers}`;
  }

  function address(data, { dataType, dataIndex }) {
    if (dataType === "node") return data.nodes[dataIndex].url;
    const [first, second] = data.links[dataIndex];
    const url = new URL(data.list, location.href);
    url.searchParams.set("a", data.nodes[first].key);
    url.searchParams.set("b", data.nodes[second].key);
    return url.href;
  }

  function option(data, scale) {
    const axis = { show: false, min: 0, type: "value" };
    return {
      animation: false,
      grid: { left: 0, right: 0, top: 0, bottom: 0, containLabel: false },
      xAxis: { ...axis, max: data.width },
      yAxis: { ...axis, max: data.height, inverse: true },
      tooltip: {
        renderMode: "richText", transitionDuration: 0, confine: true, formatter: (hit) => words(data, hit),
        backgroundColor: "var(--surface)", borderColor: GREY, textStyle: { color: INK, fontSize: 14, lineHeight: 22 },
      },
      series: [{
        type: "graph", coordinateSystem: "cartesian2d", layout: "none", animation: false, cursor: "pointer",
        data: dots(data.nodes), links: lines(data),
        label: { show: true, color: INK, fontSize: Math.max(12, 15 * scale) },
        emphasis: { focus: "adjacency", itemStyle: { color: "inherit" }, label: { color: INK } },
        blur: { itemStyle: { opacity: 0.25 }, lineStyle: { opacity: 0.08 }, label: { opacity: 0.35 } },
      }],
    };
  }

  function draw() {
    const source = document.getElementById("network-data");
    const live = document.querySelector(".network-live"); // no id: htmx would copy its style, which the CSP forbids
    if (drawn && !drawn.isDisposed()) drawn.dispose();
    drawn = null;
    if (!source || !live || !window.echarts) return;
    performance.mark("network-begins");
    const data = JSON.parse(source.textContent);
    live.hidden = false;
    live.style.aspectRatio = `${data.width} / ${data.height}`;
    live.parentElement.classList.add("drawn");
    drawn = window.echarts.init(live, null, { renderer: "svg" });
    drawn.setOption(option(data, live.clientWidth / data.width));
    drawn.on("click", (hit) => location.assign(address(data, hit)));
    live.dataset.links = data.links.length;
    performance.measure("network-drawn", "network-begins");
  }

  draw();
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.id === "results") draw();
  });
  let width = document.documentElement.clientWidth;
  window.addEventListener("resize", () => {
    if (width === document.documentElement.clientWidth) return;
    width = document.documentElement.clientWidth;
    draw();
  });
})();
