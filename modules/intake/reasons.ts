/**
 * Why a row stands in quarantine and why a file was refused: stable codes with their wording. Browser-safe.
 * `{…}` places are filled by the finding's detail; a code never changes its meaning.
 */
export interface Wording {
  readonly zh: string;
  readonly en: string;
}

/** A row that fails is kept with its line; the rest of its file is published. */
export const rowReasons = {
  encoding: { zh: '该行不是约定编码的有效文字', en: 'The line is not valid text in the agreed encoding' },
  control_character: { zh: '该行含有不可见控制字符', en: 'The line holds control characters' },
  quote: { zh: '引号不成对', en: 'A quotation mark is not closed' },
  blank_line: { zh: '空行', en: 'The line is empty' },
  column_count: { zh: '列数与约定不符（可能被截断）', en: 'The number of columns is not the agreed one (the line may be cut off)' },
  required: { zh: '必填项为空', en: 'A required value is empty' },
  entity: { zh: '法人编号不在本系统登记', en: 'The legal entity is not registered here' },
  person_name: { zh: '姓名含有不应出现的字符或长度不符', en: 'The name holds characters that names do not have, or has a wrong length' },
  resident_id_format: { zh: '身份证号不是 18 位或 15 位', en: 'The resident ID does not have 18 or 15 characters of the right kind' },
  resident_id_province: { zh: '身份证号的省级代码不存在', en: 'The province code of the resident ID does not exist' },
  resident_id_date: {
    zh: '身份证号中的出生日期不存在或在将来',
    en: 'The birth date inside the resident ID does not exist or lies in the future',
  },
  resident_id_check: { zh: '身份证号校验位不符', en: 'The check character of the resident ID is wrong' },
  uscc_format: { zh: '统一社会信用代码不是 18 位有效字符', en: 'The social credit code does not have 18 permitted characters' },
  uscc_check: { zh: '统一社会信用代码校验位不符', en: 'The check character of the social credit code is wrong' },
  phone: { zh: '不是手机号，也不是带区号的固定电话', en: 'Neither a mobile number nor a fixed line with its area code' },
  code: { zh: '代码值不在约定范围内', en: 'The code is not one of the agreed values' },
  date: { zh: '日期不存在或格式不符', en: 'The date does not exist or has another format' },
  future_date: { zh: '日期晚于文件日期', en: 'The date lies after the day of the file' },
  money: { zh: '金额不是最多两位小数的数字', en: 'The amount is not a number with at most two decimals' },
  rate: { zh: '利率不是最多四位小数的百分数', en: 'The rate is not a percentage with at most four decimals' },
  integer: { zh: '不是整数', en: 'The value is not a whole number' },
  decimal: { zh: '不是数字', en: 'The value is not a number' },
  range: { zh: '数值超出约定范围', en: 'The value lies outside the agreed range' },
  flag: { zh: '标志不是 Y/N/1/0', en: 'The flag is not Y, N, 1 or 0' },
  pattern: { zh: '内容不符合约定格式', en: 'The value does not match the agreed pattern' },
  text: { zh: '文字过长（超过 500 字）', en: 'The text is longer than 500 characters' },
} as const satisfies Record<string, Wording>;
export type RowReason = keyof typeof rowReasons;

/** A file that is refused leaves nothing behind; the others of the same load go on. */
export const fileRefusals = {
  unknown_file: { zh: '没有数据源约定与此文件名相符', en: 'No source contract matches this file name' },
  ambiguous_file: { zh: '多个数据源约定与此文件名相符', en: 'More than one source contract matches this file name' },
  mode: { zh: '该数据源不接收这种方式（全量/增量）的文件', en: 'The source does not take files of this mode (full or delta)' },
  file_date: { zh: '文件名中的日期不存在', en: 'The date in the file name does not exist' },
  future_file: { zh: '文件日期晚于装载日期', en: 'The file is dated after the day of the load' },
  control_missing: {
    zh: '缺少控制文件（.ok），请等待对方写完或补送',
    en: 'The control file (.ok) is missing; wait for the sender to finish or ask for it',
  },
  control_format: { zh: '控制文件格式有误', en: 'The control file is malformed' },
  control_name: { zh: '控制文件所记文件名与数据文件不符', en: 'The control file names another file' },
  control_rows: { zh: '行数与控制文件不符', en: 'The number of rows disagrees with the control file' },
  control_bytes: { zh: '字节数与控制文件不符', en: 'The number of bytes disagrees with the control file' },
  control_date: { zh: '日期与控制文件不符', en: 'The date disagrees with the control file' },
  control_encoding: { zh: '控制文件所记编码与数据源约定不符', en: 'The control file states another encoding than the contract' },
  control_md5: { zh: 'MD5 校验值与控制文件不符', en: 'The MD5 sum disagrees with the control file' },
  wrong_encoding: { zh: '文件实际编码与数据源约定不符，未装载', en: 'The file is not in the encoding of the contract; nothing was loaded' },
  header: { zh: '表头与数据源约定不符', en: 'The header line is not the agreed one' },
  workbook: { zh: '工作簿无法读取', en: 'The workbook cannot be read' },
  line_length: { zh: '存在超过 1 MiB 的行', en: 'A line is longer than 1 MiB' },
  other_entity: {
    zh: '文件含有其他法人机构的行，本次装载不涉及它们；请由对方装载，或在命令行用 --entity 指明全部法人',
    en: 'The file holds rows of legal entities that this load is not for; let them load it, or name all of them with --entity on the command line',
  },
  mixed_entities: {
    zh: '文件把先前分别送达的法人机构混在一起，已发布的数据未变；请核对误入的行，确需一并替换时用 --entity 指明各法人',
    en: 'The file mixes legal entities whose files came apart before; what was published is unchanged. Look for stray rows, or name each with --entity to replace them all',
  },
  entity_unknown: {
    zh: '文件中没有任何一行写明法人机构，同批文件也不能确定；请用 --entity 指明',
    en: 'No row of the file names a legal entity and its folder does not tell either; name it with --entity',
  },
  duplicate_file: { zh: '同一数据源同一日期同一序号出现了两个文件', en: 'Two files claim the same source, day and sequence' },
} as const satisfies Record<string, Wording>;
export type FileRefusalCode = keyof typeof fileRefusals;

/** What a file's report says beyond counts. */
export const fileNotes = {
  left_out: {
    zh: '重送的文件不再含有本法人的行，先前装载的行仍有效；若确无数据，请送空文件',
    en: 'The re-sent file no longer holds rows of this legal entity; its earlier rows stand. If there is no data, send an empty file',
  },
} as const satisfies Record<string, Wording>;
export type FileNote = keyof typeof fileNotes;
