/** The words of the inbox. */

/** Whose cap it is. @type {Record<string, string>} */
const SCOPE_ZH = { PERSON: '一人', HOUSEHOLD: '一户' };
/** @type {Record<string, string>} */
const SCOPE_EN = { PERSON: 'person', HOUSEHOLD: 'household' };

/** When points may be spent, and until when. @type {Record<string, string>} */
const SETTLEMENT_ZH = { immediate: '当时可用', posted: '公示后可用' };
/** @type {Record<string, (months: number) => string>} */
const EXPIRY_ZH = {
  NONE: () => '不过期',
  YEAR_END: () => '年底过期',
  END_OF_NEXT_YEAR: () => '次年年底过期',
  MONTHS: (months) => `${months} 个月后过期`,
};
/** @type {Record<string, string>} */
const SETTLEMENT_EN = { immediate: 'available at once', posted: 'available after posting' };
/** @type {Record<string, (months: number) => string>} */
const EXPIRY_EN = {
  NONE: () => 'never lapse',
  YEAR_END: () => 'lapse at the end of the year',
  END_OF_NEXT_YEAR: () => 'lapse at the end of the next year',
  MONTHS: (months) => `lapse after ${months} months`,
};
/** Day and time in the village; without a browser too. @param {number} ms */
const timeOf = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

/** Why hours should not have been approved. @type {Record<string, string>} */
const BACKFILL_ZH = {
  NOT_RECORDED: '没有人登记过这样的补录',
  SAME_PERSON: '登记和审核是同一个人',
  TOO_OLD: '登记时已经超过补录期限',
  NOT_OVER: '登记时服务还没有结束',
};
/** @type {Record<string, string>} */
const BACKFILL_EN = {
  NOT_RECORDED: 'Nobody recorded such hours for approval',
  SAME_PERSON: 'Whoever recorded them approved them, too',
  TOO_OLD: 'Recorded later than the rules allow',
  NOT_OVER: 'Recorded before the service had ended',
};

/** @typedef {{ title: string, help: string }} Words */
/** @type {Record<'zh' | 'en', any>} */
export const TEXTS = {
  zh: {
    open: '需要处理的事项',
    none: '没有需要处理的事项。',
    settledTitle: '最近处理过的事项',
    settle: '处理',
    confirm: '确定',
    cancel: '取消',
    which: '冲正哪一条？',
    waiting: '已决定，等该站下次联系时执行：',
    underWay: (/** @type {number} */ station, /** @type {string} */ since, /** @type {string} */ heard) =>
      `${station} 号站还没有执行。${since} 决定，上次联系 ${heard}`,
    neverHeard: '从未',
    stuck: (/** @type {number} */ station) =>
      `! ${station} 号站现在的机器没有这条记录，执行不了。请另选一种办法重新处理`,
    cameAgain: '处理之后又出现了。之前的决定：',
    again: '站点已无法执行（可能已经退过或冲正过），请重新处理。之前的决定：',
    settled: '已处理：',
    unknownPerson: (/** @type {number} */ id) => `志愿者 ${id} 号`,
    unknownGoods: (/** @type {number} */ id) => `商品 ${id} 号`,
    record: (/** @type {number} */ seq) => `第 ${seq} 条记录`,
    really: (/** @type {string} */ time) => `当时机器的钟不准，记下时实际约为 ${time}`,
    missing: (/** @type {string} */ lines) => `库存不足：缺 ${lines}`,
    expected: {
      CREDIT: (/** @type {any} */ e) => `按规则最多：${e.minutes} 分钟，${e.points} 分`,
      SERVICE: (/** @type {any} */ e) => `按规则这次服务连同补记最多：${e.minutes} 分钟，${e.points} 分`,
      NO_SERVICE: () => '县里没有与它对应的签到或服务，按规则是 0 分',
      CREDITED_BEFORE: () => '这次服务已经补记过一次，不能再补，按规则是 0 分',
      SHOP_CLOSED: () => '按规则那个时候超市不开门，不能兑换',
      MINOR: () => '按规则未成年人不能单独兑换',
      STRANGER: () => '用了别人家的积分：合用积分只限同一户',
      ACTIVITY_TIME: (/** @type {any} */ e) =>
        `签到不在活动时间里：按安排是 ${timeOf(e.fromMs)} 到 ${timeOf(e.toMs)}`,
      CLOSED_TOO_LATE: (/** @type {any} */ e) => `签退时间补得太晚：最晚到 ${timeOf(e.toMs)}`,
      NO_CONSENT: () => '用了家人的积分，可是其中有人没有同意合用，或者还没有成年',
      KEEPER_NEEDED: (/** @type {any} */ e) => `按规则超过 ${e.points} 分或没有刷卡，要管理员确认`,
      OWN_HOUSEHOLD: () => '管理员给自己、配偶或同户的人办了手续，按规则要由别人办',
      SAME_PERSON: () => '前后两步是同一个人办的，按规则要两个人',
      ROLE: () => '办这一步的人没有这个权限',
      POSTED_TOO_SHORT: () => '公示的天数不够',
      TOO_LATE: () => '已经过了可以退货的时间',
      TERMS: (/** @type {any} */ e) =>
        `县里的规则：积分${SETTLEMENT_ZH[e.settlement]}，${EXPIRY_ZH[e.expiry]?.(e.expiryMonths)}；站点没有照办`,
      UNKNOWN_RULES: (/** @type {any} */ e) =>
        `站点写的是规则第 ${e.named} 版，县里从没发过；已按第 ${e.version} 版核对`,
      OLD_RULES: (/** @type {any} */ e) =>
        `站点又用起了规则第 ${e.named} 版，而它早已有第 ${e.version} 版；已按第 ${e.version} 版核对`,
      DAY: (/** @type {any} */ e) => `按规则一人一天最多：${e.minutes} 分钟，${e.points} 分`,
      PRICE: (/** @type {any} */ e) => `${e.goods} 县里定过的价：${e.unitPoints.join('、')} 分`,
      AWARD: (/** @type {any} */ e) => `按奖励目录最多：${e.points} 分`,
      BACKFILL: (/** @type {any} */ e) => BACKFILL_ZH[e.why],
      MONTH: (/** @type {any} */ e) => `按规则一人一个月的服务积分最多：${e.points} 分`,
      VILLAGE_MONTH: (/** @type {any} */ e) => `按规则全村一个月最多发放：${e.points} 分`,
      HOUSEHOLD_AWARDS: (/** @type {any} */ e) => `按规则一户一个月的奖励最多：${e.points} 分`,
      PAIRS: (/** @type {any} */ e) => `按规则一人一天在同一个活动最多签到：${e.pairs} 次`,
      GIFTS: (/** @type {any} */ e) => `按规则这次兑换最多能用赠予积分：${e.points} 分`,
      EXCHANGED: (/** @type {any} */ e) => `按规则${SCOPE_ZH[e.scope]}一个月最多兑换：${e.points} 分`,
      STAPLES: (/** @type {any} */ e) => `按规则${SCOPE_ZH[e.scope]}一个月最多兑换米面油：${e.pieces} 件`,
      SCARCE: (/** @type {any} */ e) => `按规则${SCOPE_ZH[e.scope]}一个季度最多兑换紧缺商品：${e.pieces} 件`,
    },
    instead: '另一份数据在同一编号下写的是：',
    failed: {
      ALREADY_SETTLED: '这件事已经有人处理了。',
      NOTHING_THERE: '这条记录里没有可以退还或冲正的积分。',
      NOT_FOUND: '登录已过期，请重新登录。',
      MALFORMED: '请选择一项，并填写姓名和理由。',
      other: '暂时连不上服务器，请稍后再试。',
    },
    kinds: {
      FORK: '同一编号下有两份不同的记录（可能有复制的数据），已隔离保存',
      NEW_INCARNATION: '该站的数据重新建立过（新装、恢复或复制）',
      CLOCK: '该站的时钟走错了，那段时间的签到、积分请核对',
      SUPERSEDED: '该站有两台机器同时在用：旧的一台又连上来了',
      NEW_KEY: '该站换了新的密钥登记',
      REVOKED_SPOKE: '已停用的机器还在上报，内容留待核对',
      LOST_STATION_SPOKE: '已宣布丢失的站又上报了，可能有积分花了两次，内容留待核对',
      UNGRANTED: '该站开出的积分县里没有批，或者比交出的多',
      ABSURD_AMOUNT: '一条记录中的数值不可能，未计入合计',
      ACCOUNT: '一条记录与积分账户不符，未记入账户',
      UNREADABLE_BATCH: '该站发来的一批记录读不懂或不完整，已留待核对',
      REVIEW_FULL: '该站留待核对的数据太多，新来的没有再保存（还在站里）：请先处理下面“留待核对的数据”',
      TOO_MANY_JOURNALS: '该站重建数据的次数多得不可能，不再接收新的：请核对那台机器',
      COUNTY_IS_OLDER: '该站的程序比县里的新，有的记录县里还读不懂：请更新县里的程序，记录都还在站里',
      OVERSOLD: '兑出的商品超过了库存',
      DOUBLED_ATTENDANCE: '同一志愿者同时在两处服务',
      RULE_DIFFERENCE: '站点算的和县里按同一规则算的不一样',
      OVER_LIMIT: '几个站（或同一个人的几个编号）合起来超过了规则的上限，各自都没有超',
      UNKNOWN_RULES: '该站的记录写着县里没有发过的规则',
      OLD_RULES: '该站退回去用旧的规则',
    },
    choices: {
      KEEP_STORED:
        '以县里已存的为准：另一份从这一条起都不入账，只留作证据。那台机器要恢复或更换以后才能再兑换；其中该算的，请在站里重新补记',
      MACHINE_REPLACED: '已停用那台机器（换机或吊销）',
      EXPECTED: '情况属实，已核实（如刚刚新装、恢复过）',
      LEFT_OUT: '已核实，不计入',
      RESTOCK: '已补货，村民拿到了东西',
      OTHER_GOODS: '换了别的商品，村民同意',
      REFUND: '退还积分：由该站自动退回原账户（东西没给，或已经收回）',
      REVERSE: '冲正：由该站自动收回这笔积分和时长，已经花掉的记为欠分',
      LET_STAND: '保留，照站点记的算',
      NOTED: '已核实，备查',
    },
    events: {
      SIGNED_OUT: (/** @type {any} */ e) => `签退，服务 ${e.actualMinutes} 分钟，得 ${e.points} 分`,
      ATTENDANCE_CLOSED: (/** @type {any} */ e) =>
        `负责人补签退，服务 ${e.actualMinutes} 分钟，得 ${e.points} 分`,
      BACKFILL_SETTLED: (/** @type {any} */ e) =>
        `补录荣誉时长，服务 ${e.actualMinutes} 分钟，得 ${e.points} 分`,
      SERVICE_CREDITED: (/** @type {any} */ e) => `日期核对后补记服务，得 ${e.points} 分`,
      EARLIER_SERVICE_CREDITED: (/** @type {any} */ e) => `补记恢复或换机前的服务，得 ${e.points} 分`,
      REDEEMED: (/** @type {any} */ e) => `兑换 ${e.goods}，共 ${e.totalPoints} 分`,
      POINTS_AWARDED: (/** @type {any} */ e) => `奖励 ${e.points} 分：${e.reason}`,
      ENTRY_REVERSED: (/** @type {any} */ e) => `冲正 ${e.points} 分：${e.reason}`,
      REDEMPTION_UNDONE: (/** @type {any} */ e) => `退货 ${e.goods}，退回 ${e.totalPoints} 分`,
      SIGNED_IN: () => '签到',
      other: (/** @type {any} */ e) => `记录类型 ${e.type}`,
    },
  },
  en: {
    open: 'Needs a person',
    none: 'Nothing to settle.',
    settledTitle: 'Settled lately',
    settle: 'Settle',
    confirm: 'Confirm',
    cancel: 'Cancel',
    which: 'Which of them is to be reversed?',
    waiting: 'Decided; the station does it when it calls next: ',
    underWay: (/** @type {number} */ station, /** @type {string} */ since, /** @type {string} */ heard) =>
      `Station ${station} has not done it yet. Decided ${since}, last contact ${heard}`,
    neverHeard: 'never',
    stuck: (/** @type {number} */ station) =>
      `! The machine of station ${station} does not have this record and cannot do it. Settle it in another way`,
    cameAgain: 'It has happened again since. Decided before: ',
    again: 'The station could not do it any more (undone before?): please settle again. Decided before: ',
    settled: 'Settled: ',
    unknownPerson: (/** @type {number} */ id) => `volunteer ${id}`,
    unknownGoods: (/** @type {number} */ id) => `goods ${id}`,
    record: (/** @type {number} */ seq) => `record ${seq}`,
    really: (/** @type {string} */ time) => `its clock was wrong: really recorded about ${time}`,
    missing: (/** @type {string} */ lines) => `Not in stock: ${lines}`,
    expected: {
      CREDIT: (/** @type {any} */ e) => `The rules allow ${e.minutes} min and ${e.points} points at most`,
      SERVICE: (/** @type {any} */ e) =>
        `The rules allow ${e.minutes} min and ${e.points} points at most for this service and what was added to it`,
      NO_SERVICE: () =>
        'The county holds no sign-in or service that it could belong to: 0 points by the rules',
      CREDITED_BEFORE: () => 'This service was added to once before: 0 points by the rules',
      SHOP_CLOSED: () => 'By the rules the shop was closed then',
      MINOR: () => 'By the rules a minor exchanges nothing alone',
      STRANGER: () => 'Points of another household were used: only one household shares',
      ACTIVITY_TIME: (/** @type {any} */ e) =>
        `Signed in out of the activity's time: by the plan ${timeOf(e.fromMs)} to ${timeOf(e.toMs)}`,
      CLOSED_TOO_LATE: (/** @type {any} */ e) => `Closed at too late a time: ${timeOf(e.toMs)} at the latest`,
      NO_CONSENT: () =>
        'Points of the family were used, and one of them had not agreed to share, or is no adult',
      KEEPER_NEEDED: (/** @type {any} */ e) =>
        `By the rules a keeper confirms above ${e.points} points, and without a card`,
      OWN_HOUSEHOLD: () =>
        'A keeper decided for themselves, a spouse or their household: somebody else has to',
      SAME_PERSON: () => 'One person did both steps: by the rules there are two',
      ROLE: () => 'Whoever did this step may not do it',
      POSTED_TOO_SHORT: () => 'It was posted for too few days',
      TOO_LATE: () => 'It was too late to bring anything back',
      TERMS: (/** @type {any} */ e) =>
        `By the county's rules points are ${SETTLEMENT_EN[e.settlement]} and ${EXPIRY_EN[e.expiry]?.(e.expiryMonths)}; the station does not keep to it`,
      UNKNOWN_RULES: (/** @type {any} */ e) =>
        `The station names version ${e.named} of the rules, which the county never gave; judged by ${e.version}`,
      OLD_RULES: (/** @type {any} */ e) =>
        `The station went back to version ${e.named} of the rules and has had ${e.version}; judged by ${e.version}`,
      DAY: (/** @type {any} */ e) =>
        `The rules allow one person ${e.minutes} min and ${e.points} points a day at most`,
      PRICE: (/** @type {any} */ e) => `The county's prices of ${e.goods}: ${e.unitPoints.join(', ')} points`,
      AWARD: (/** @type {any} */ e) => `The catalogue allows ${e.points} points at most`,
      BACKFILL: (/** @type {any} */ e) => BACKFILL_EN[e.why],
      MONTH: (/** @type {any} */ e) =>
        `The rules allow one person ${e.points} points for hours a month at most`,
      VILLAGE_MONTH: (/** @type {any} */ e) =>
        `The rules allow the village to issue ${e.points} points a month at most`,
      HOUSEHOLD_AWARDS: (/** @type {any} */ e) =>
        `The rules allow one household awards of ${e.points} points a month at most`,
      PAIRS: (/** @type {any} */ e) =>
        `The rules allow one person ${e.pairs} sign-ins to one activity a day at most`,
      GIFTS: (/** @type {any} */ e) => `The rules allow ${e.points} gift points in this exchange at most`,
      EXCHANGED: (/** @type {any} */ e) =>
        `The rules allow one ${SCOPE_EN[e.scope]} to exchange ${e.points} points a month at most`,
      STAPLES: (/** @type {any} */ e) =>
        `The rules allow one ${SCOPE_EN[e.scope]} ${e.pieces} staple goods a month at most`,
      SCARCE: (/** @type {any} */ e) =>
        `The rules allow one ${SCOPE_EN[e.scope]} ${e.pieces} scarce goods a quarter at most`,
    },
    instead: 'Under the same number another copy says: ',
    failed: {
      ALREADY_SETTLED: 'Somebody has settled this.',
      NOTHING_THERE: 'There are no points in this record to give or take back.',
      NOT_FOUND: 'The session has ended: log in again.',
      MALFORMED: 'Choose one, and give a name and a reason.',
      other: 'The server cannot be reached just now.',
    },
    kinds: {
      FORK: 'Different records under the same number (data may have been copied); kept in quarantine',
      NEW_INCARNATION: 'The station began a new journal (installed, restored or copied)',
      CLOCK: 'The clock of the station was wrong: check what it recorded meanwhile',
      SUPERSEDED: 'Two machines work as this station: the older one has called again',
      NEW_KEY: 'The station enrolled with a new key',
      REVOKED_SPOKE: 'A machine that was shut out still reports; kept for review',
      LOST_STATION_SPOKE:
        'A station declared lost reports again: points may have been spent twice; kept for review',
      UNGRANTED: 'Points were opened that no act had granted, or more than were given up',
      ABSURD_AMOUNT: 'An impossible amount in a record; left out of the totals',
      ACCOUNT: 'A record that contradicts the account of points; left out of it',
      UNREADABLE_BATCH: 'The station sent records that cannot be read or are not whole; kept for review',
      REVIEW_FULL:
        'Too much of this station waits for review; what comes now is not kept (the station has it): decide on it below',
      TOO_MANY_JOURNALS:
        'The station began its data anew more often than is possible; no more is taken: look at the machine',
      COUNTY_IS_OLDER:
        'The station runs a newer program and has records the county cannot read yet: update the county; nothing is lost',
      OVERSOLD: 'More was given out than there was',
      DOUBLED_ATTENDANCE: 'One volunteer at service at two places at once',
      RULE_DIFFERENCE: 'The station decided otherwise than the county by the same rules',
      OVER_LIMIT:
        'More than the rules allow at several stations, or under several numbers of one person, together (each by itself was within them)',
      UNKNOWN_RULES: 'Records of the station name rules that the county never gave',
      OLD_RULES: 'The station went back to older rules',
    },
    choices: {
      KEEP_STORED:
        'What the county has stands: from this record on the other copy counts nowhere and is kept as evidence. Its machine exchanges nothing until it is restored or replaced; what of it should count is recorded anew at the station',
      MACHINE_REPLACED: 'That machine is out of use (replaced or revoked)',
      EXPECTED: 'Looked into: as it should be (just installed, just restored)',
      LEFT_OUT: 'Looked into: left out',
      RESTOCK: 'Restocked: the villager has the goods',
      OTHER_GOODS: 'Other goods were given, as agreed',
      REFUND:
        'Give the points back: the station does it by itself, to the account they came from (the goods were not there, or have come back)',
      REVERSE:
        'Reverse: the station takes these points and hours back by itself; what was spent of them is owed',
      LET_STAND: 'It stands as the station recorded it',
      NOTED: 'Looked into and noted',
    },
    events: {
      SIGNED_OUT: (/** @type {any} */ e) => `signed out, ${e.actualMinutes} min, ${e.points} points`,
      ATTENDANCE_CLOSED: (/** @type {any} */ e) =>
        `closed by a leader, ${e.actualMinutes} min, ${e.points} points`,
      BACKFILL_SETTLED: (/** @type {any} */ e) =>
        `honour hours recorded later, ${e.actualMinutes} min, ${e.points} points`,
      SERVICE_CREDITED: (/** @type {any} */ e) => `added once the date was checked, ${e.points} points`,
      EARLIER_SERVICE_CREDITED: (/** @type {any} */ e) =>
        `service from before a restore or another machine, ${e.points} points`,
      REDEEMED: (/** @type {any} */ e) => `exchanged ${e.goods} for ${e.totalPoints} points`,
      POINTS_AWARDED: (/** @type {any} */ e) => `awarded ${e.points} points: ${e.reason}`,
      ENTRY_REVERSED: (/** @type {any} */ e) => `reversed ${e.points} points: ${e.reason}`,
      REDEMPTION_UNDONE: (/** @type {any} */ e) => `${e.goods} came back, ${e.totalPoints} points`,
      SIGNED_IN: () => 'signed in',
      other: (/** @type {any} */ e) => `record of kind ${e.type}`,
    },
  },
};
