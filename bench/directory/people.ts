/** A source of numbers from 0 to 1 that is the same in every run. */
export type Chance = () => number;

/** mulberry32 */
export function seeded(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(chance: Chance, from: readonly T[]): T {
  return from[Math.floor(chance() * from.length)] as T;
}

const split = (text: string) => text.split(' ');
const characters = (text: string) => [...text.replaceAll(' ', '')];

const given = split(
  `Anna Anders Åsa Aleksandra Amélie Beatriz Björn Carlos Chloé Christopher Daniel Dvořák Elif Emma
  Esther Fatima Fernando Françoise Georg Giulia Grace Håkon Hannah Helena Ibrahim Ines Isabella Ivan
  James Jelena João Jonas José Julia Kasimir Kateřina Klára Kowal Lars Léa Leila Liam Linh Łukasz Luca
  Magdalena Marek Maria Mark Martin Matteo Mia Michael Miloš Mohammed Nadia Nina Noah Olivia Oskar
  Pablo Patricia Paul Petra Piotr Rafael Rosa Ruth Samuel Sara Šimon Sofia Søren Stefan Thomas Tomáš
  Ulrike Václav Victoria Walter William Yasmin Zoë Zuzana`.replaceAll(/\s+/g, ' '),
);
const heads = split(
  'Ander Berg Brand Carl Chris Dal Eck Fisch Gar Grün Hag Hart Holm Jan Johan Kar Kow Krist Lind Lund Mül Nil Nov Ols Peter Rich Ros Sand Schmid Sten Strand Svens Thor Vinc Wal Weiß Wil Zim',
);
const middles = split('a al an e el en er i in o ol on ow u ul');
const tails = split(
  'berg bauer dahl feld gren hof itz kamp ler ley lund man mark mer nes nik off quist sen ski son stad stein ström ton vic',
);
const chineseFamily = characters(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎',
);
const pinyin = split(
  'wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng xu fu shen zeng peng lu su lu jiang cai jia ding wei xue ye yan',
);
const chineseGiven = characters(
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文辉力国荣志新海峰宁雪梅晨宇浩然子轩一诺欣怡梓涵思远若曦天佑',
);
const cyrillicGiven = split('Ольга Иван Анна Сергей Мария Дмитрий Елена Алексей Наталья Павел');
const cyrillicFamily = split(
  'Иванова Петров Смирнов Кузнецова Попов Соколова Лебедев Новикова Морозов Волкова Зайцев Белова',
);
const japaneseFamily = split('佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤');
const japaneseGiven = split('さくら 陽菜 蓮 湊 結衣 悠真 凛 大翔 葵 翔太');
const greek = split('Νίκος Ελένη Γιώργος Μαρία Παπαδόπουλος Γεωργίου Δημητρίου Οικονόμου');

export interface BenchPerson {
  name: string;
  /** What the username is made of. */
  login: string;
}

/** Somebody: 70 of 100 with a Latin name, the others Chinese above all. */
export function person(chance: Chance): BenchPerson {
  const script = chance();
  if (script < 0.7) {
    const first = pick(chance, given);
    const last = pick(chance, heads) + pick(chance, middles) + pick(chance, tails);
    return { name: `${first} ${last}`, login: `${plain(first)}.${plain(last)}` };
  }
  if (script < 0.88) {
    const family = Math.floor(chance() * chineseFamily.length);
    const first = pick(chance, chineseGiven) + (chance() < 0.7 ? pick(chance, chineseGiven) : '');
    return { name: `${chineseFamily[family]}${first}`, login: pinyin[family] ?? 'li' };
  }
  if (script < 0.95) {
    return { name: `${pick(chance, cyrillicGiven)} ${pick(chance, cyrillicFamily)}`, login: 'ru' };
  }
  if (script < 0.98) {
    return { name: `${pick(chance, japaneseFamily)} ${pick(chance, japaneseGiven)}`, login: 'jp' };
  }
  return { name: `${pick(chance, greek)} ${pick(chance, greek)}`, login: 'gr' };
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, 'o');
}
