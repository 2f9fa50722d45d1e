import type { Random } from './random.ts';

/** Pairs of a common character and the traditional or variant form that older systems print for it. */
const pairs =
  '张張陈陳刘劉杨楊黄黃赵趙吴吳孙孫马馬罗羅郑鄭谢謝韩韓冯馮邓鄧许許吕呂卢盧蒋蔣贾賈叶葉苏蘇钟鍾谭譚陆陸范範华華伟偉丽麗国國军軍强強兰蘭凤鳳云雲红紅龙龍宝寶东東静靜莹瑩宁寧杰傑峰峯涛濤辉輝飞飛欢歡艳艷荣榮岚嵐畅暢颖穎晓曉鹏鵬诚誠泽澤诗詩钰鈺';
const variants = new Map(Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i]!, pairs[2 * i + 1]!]));

/** The same name as another clerk writes it: with variant characters where there are any, else with spaces inside. */
export function otherSpelling(name: string, random: Random): string {
  const varied = Array.from(name, (character) => variants.get(character) ?? character).join('');
  if (varied !== name && random.chance(0.7)) return varied;
  return Array.from(name).join(random.chance(0.5) ? ' ' : '　');
}
