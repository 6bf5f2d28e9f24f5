"""Days off of years that the State Council has not announced yet: what the law itself says, marked as provisional.

Source: 全国年节及纪念日放假办法 (2024 revision), art. 2 (which days) and art. 6 (a holiday on a Saturday or Sunday is
made up on the following workdays). Longer breaks with make-up workdays come only with the yearly announcement, so there
are none here. Festival days by the traditional calendar: Spring Festival 2027-02-06, Qingming 04-05, Dragon Boat 06-09,
Mid-Autumn 09-15.
"""

import datetime

D = datetime.date
NEW_YEAR, SPRING, QINGMING, LABOUR, DRAGON_BOAT, MID_AUTUMN, NATIONAL = (
    "元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节",
)  # fmt: skip

DAYS_OFF: dict[datetime.date, str] = {
    D(2027, 1, 1): NEW_YEAR,
    **{D(2027, 2, day): SPRING for day in range(5, 11)},  # the eve to the third day, two of them made up
    D(2027, 4, 5): QINGMING,
    **{D(2027, 5, day): LABOUR for day in range(1, 5)},
    D(2027, 6, 9): DRAGON_BOAT,
    D(2027, 9, 15): MID_AUTUMN,
    **{D(2027, 10, day): NATIONAL for day in range(1, 6)},
}
