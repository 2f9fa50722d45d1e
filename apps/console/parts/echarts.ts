import { BarChart, LineChart, type BarSeriesOption, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
  type GridComponentOption,
  type MarkLineComponentOption,
  type TooltipComponentOption,
} from 'echarts/components';
import { init, use, type ComposeOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { token } from '../theme/tokens.ts';

use([BarChart, LineChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | TooltipComponentOption | MarkLineComponentOption
>;

export interface Drawn {
  resize(): void;
  dispose(): void;
}

/** The one chart theme: hairline axes, no boxes, letters as in the tables. */
function theme(): object {
  const label = { color: token('color-text-tertiary'), fontSize: 11, fontFamily: token('font-family') };
  const axis = {
    axisLine: { lineStyle: { color: token('chart-axis') } },
    axisTick: { show: false },
    axisLabel: label,
    nameTextStyle: label,
    splitLine: { lineStyle: { color: token('chart-grid') } },
  };
  return {
    color: [token('chart-plus'), token('chart-minus'), token('chart-total')],
    textStyle: { fontFamily: token('font-family') },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    tooltip: { borderColor: token('color-border-secondary'), textStyle: { color: token('color-text'), fontSize: 12 }, padding: [4, 8] },
  };
}

export function draw(element: HTMLElement, option: ChartOption): Drawn {
  const chart = init(element, theme(), { renderer: 'svg' });
  chart.setOption({ animation: false, ...option });
  return { resize: () => chart.resize(), dispose: () => chart.dispose() };
}
