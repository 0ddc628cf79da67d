// The members of a plain struct, one after the other, without naming them: so that a digest of a state cannot forget a
// member that somebody adds.
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace ipclab::explore {

// An aggregate can be initialised by at most as many `{}` as it has members; each `{}` is for one whole member.
#define IPCLAB_EMPTY_1 \
    {}
#define IPCLAB_EMPTY_2 \
    IPCLAB_EMPTY_1, {}
#define IPCLAB_EMPTY_3 \
    IPCLAB_EMPTY_2, {}
#define IPCLAB_EMPTY_4 \
    IPCLAB_EMPTY_3, {}
#define IPCLAB_EMPTY_5 \
    IPCLAB_EMPTY_4, {}
#define IPCLAB_EMPTY_6 \
    IPCLAB_EMPTY_5, {}
#define IPCLAB_EMPTY_7 \
    IPCLAB_EMPTY_6, {}
#define IPCLAB_EMPTY_8 \
    IPCLAB_EMPTY_7, {}
#define IPCLAB_EMPTY_9 \
    IPCLAB_EMPTY_8, {}
#define IPCLAB_EMPTY_10 \
    IPCLAB_EMPTY_9, {}
#define IPCLAB_EMPTY_11 \
    IPCLAB_EMPTY_10, {}
#define IPCLAB_EMPTY_12 \
    IPCLAB_EMPTY_11, {}
#define IPCLAB_EMPTY_13 \
    IPCLAB_EMPTY_12, {}
#define IPCLAB_EMPTY_14 \
    IPCLAB_EMPTY_13, {}
#define IPCLAB_EMPTY_15 \
    IPCLAB_EMPTY_14, {}
#define IPCLAB_EMPTY_16 \
    IPCLAB_EMPTY_15, {}
#define IPCLAB_EMPTY_17 \
    IPCLAB_EMPTY_16, {}
#define IPCLAB_EMPTY_18 \
    IPCLAB_EMPTY_17, {}
#define IPCLAB_EMPTY_19 \
    IPCLAB_EMPTY_18, {}
#define IPCLAB_EMPTY_20 \
    IPCLAB_EMPTY_19, {}
#define IPCLAB_EMPTY_21 \
    IPCLAB_EMPTY_20, {}
#define IPCLAB_EMPTY_22 \
    IPCLAB_EMPTY_21, {}
#define IPCLAB_EMPTY_23 \
    IPCLAB_EMPTY_22, {}
#define IPCLAB_EMPTY_24 \
    IPCLAB_EMPTY_23, {}
#define IPCLAB_EMPTY_25 \
    IPCLAB_EMPTY_24, {}
#define IPCLAB_EMPTY_26 \
    IPCLAB_EMPTY_25, {}
#define IPCLAB_EMPTY_27 \
    IPCLAB_EMPTY_26, {}
#define IPCLAB_EMPTY_28 \
    IPCLAB_EMPTY_27, {}
#define IPCLAB_EMPTY_29 \
    IPCLAB_EMPTY_28, {}
#define IPCLAB_EMPTY_30 \
    IPCLAB_EMPTY_29, {}
#define IPCLAB_EMPTY_31 \
    IPCLAB_EMPTY_30, {}
#define IPCLAB_EMPTY_32 \
    IPCLAB_EMPTY_31, {}
#define IPCLAB_EMPTY_33 \
    IPCLAB_EMPTY_32, {}
#define IPCLAB_EMPTY_34 \
    IPCLAB_EMPTY_33, {}
#define IPCLAB_EMPTY_35 \
    IPCLAB_EMPTY_34, {}
#define IPCLAB_EMPTY_36 \
    IPCLAB_EMPTY_35, {}
#define IPCLAB_EMPTY_37 \
    IPCLAB_EMPTY_36, {}
#define IPCLAB_EMPTY_38 \
    IPCLAB_EMPTY_37, {}
#define IPCLAB_EMPTY_39 \
    IPCLAB_EMPTY_38, {}
#define IPCLAB_EMPTY_40 \
    IPCLAB_EMPTY_39, {}
#define IPCLAB_EMPTY_41 \
    IPCLAB_EMPTY_40, {}
#define IPCLAB_EMPTY_42 \
    IPCLAB_EMPTY_41, {}
#define IPCLAB_EMPTY_43 \
    IPCLAB_EMPTY_42, {}
#define IPCLAB_EMPTY_44 \
    IPCLAB_EMPTY_43, {}
#define IPCLAB_EMPTY_45 \
    IPCLAB_EMPTY_44, {}
#define IPCLAB_EMPTY_46 \
    IPCLAB_EMPTY_45, {}
#define IPCLAB_EMPTY_47 \
    IPCLAB_EMPTY_46, {}
#define IPCLAB_EMPTY_48 \
    IPCLAB_EMPTY_47, {}

/// How many members T has; -1: it is no aggregate, or has more than can be counted here.
template <class T>
constexpr int member_count() {
    if constexpr (!std::is_aggregate_v<T>) {
        return -1;
    } else {
        int count = 0;
#define IPCLAB_COUNT(n) \
    if constexpr (requires { T{IPCLAB_EMPTY_##n}; }) count = n;
        IPCLAB_COUNT(1)
        IPCLAB_COUNT(2)
        IPCLAB_COUNT(3)
        IPCLAB_COUNT(4) IPCLAB_COUNT(5) IPCLAB_COUNT(6) IPCLAB_COUNT(7) IPCLAB_COUNT(8) IPCLAB_COUNT(9)
            IPCLAB_COUNT(10) IPCLAB_COUNT(11) IPCLAB_COUNT(12) IPCLAB_COUNT(13) IPCLAB_COUNT(14)
                IPCLAB_COUNT(15) IPCLAB_COUNT(16) IPCLAB_COUNT(17) IPCLAB_COUNT(18) IPCLAB_COUNT(19)
                    IPCLAB_COUNT(20) IPCLAB_COUNT(21) IPCLAB_COUNT(22) IPCLAB_COUNT(23) IPCLAB_COUNT(24)
                        IPCLAB_COUNT(25) IPCLAB_COUNT(26) IPCLAB_COUNT(27) IPCLAB_COUNT(28) IPCLAB_COUNT(29)
                            IPCLAB_COUNT(30) IPCLAB_COUNT(31) IPCLAB_COUNT(32) IPCLAB_COUNT(33)
                                IPCLAB_COUNT(34) IPCLAB_COUNT(35) IPCLAB_COUNT(36) IPCLAB_COUNT(37)
                                    IPCLAB_COUNT(38) IPCLAB_COUNT(39) IPCLAB_COUNT(40) IPCLAB_COUNT(41)
                                        IPCLAB_COUNT(42) IPCLAB_COUNT(43) IPCLAB_COUNT(44) IPCLAB_COUNT(45)
                                            IPCLAB_COUNT(46) IPCLAB_COUNT(47) IPCLAB_COUNT(48)
#undef IPCLAB_COUNT
                                                return count;
    }
}

/// visit(member) for each member of an aggregate, in order.
template <class T, class Visit>
void for_each_member(const T& value, Visit visit) {
    constexpr int count = member_count<T>();
    static_assert(count >= 0 && count < 48, "not an aggregate, or too many members");
    const auto all = [&](const auto&... members) { (visit(members), ...); };
#define IPCLAB_NAME_1 m1
#define IPCLAB_NAME_2 IPCLAB_NAME_1, m2
#define IPCLAB_NAME_3 IPCLAB_NAME_2, m3
#define IPCLAB_NAME_4 IPCLAB_NAME_3, m4
#define IPCLAB_NAME_5 IPCLAB_NAME_4, m5
#define IPCLAB_NAME_6 IPCLAB_NAME_5, m6
#define IPCLAB_NAME_7 IPCLAB_NAME_6, m7
#define IPCLAB_NAME_8 IPCLAB_NAME_7, m8
#define IPCLAB_NAME_9 IPCLAB_NAME_8, m9
#define IPCLAB_NAME_10 IPCLAB_NAME_9, m10
#define IPCLAB_NAME_11 IPCLAB_NAME_10, m11
#define IPCLAB_NAME_12 IPCLAB_NAME_11, m12
#define IPCLAB_NAME_13 IPCLAB_NAME_12, m13
#define IPCLAB_NAME_14 IPCLAB_NAME_13, m14
#define IPCLAB_NAME_15 IPCLAB_NAME_14, m15
#define IPCLAB_NAME_16 IPCLAB_NAME_15, m16
#define IPCLAB_NAME_17 IPCLAB_NAME_16, m17
#define IPCLAB_NAME_18 IPCLAB_NAME_17, m18
#define IPCLAB_NAME_19 IPCLAB_NAME_18, m19
#define IPCLAB_NAME_20 IPCLAB_NAME_19, m20
#define IPCLAB_NAME_21 IPCLAB_NAME_20, m21
#define IPCLAB_NAME_22 IPCLAB_NAME_21, m22
#define IPCLAB_NAME_23 IPCLAB_NAME_22, m23
#define IPCLAB_NAME_24 IPCLAB_NAME_23, m24
#define IPCLAB_NAME_25 IPCLAB_NAME_24, m25
#define IPCLAB_NAME_26 IPCLAB_NAME_25, m26
#define IPCLAB_NAME_27 IPCLAB_NAME_26, m27
#define IPCLAB_NAME_28 IPCLAB_NAME_27, m28
#define IPCLAB_NAME_29 IPCLAB_NAME_28, m29
#define IPCLAB_NAME_30 IPCLAB_NAME_29, m30
#define IPCLAB_NAME_31 IPCLAB_NAME_30, m31
#define IPCLAB_NAME_32 IPCLAB_NAME_31, m32
#define IPCLAB_NAME_33 IPCLAB_NAME_32, m33
#define IPCLAB_NAME_34 IPCLAB_NAME_33, m34
#define IPCLAB_NAME_35 IPCLAB_NAME_34, m35
#define IPCLAB_NAME_36 IPCLAB_NAME_35, m36
#define IPCLAB_NAME_37 IPCLAB_NAME_36, m37
#define IPCLAB_NAME_38 IPCLAB_NAME_37, m38
#define IPCLAB_NAME_39 IPCLAB_NAME_38, m39
#define IPCLAB_NAME_40 IPCLAB_NAME_39, m40
#define IPCLAB_NAME_41 IPCLAB_NAME_40, m41
#define IPCLAB_NAME_42 IPCLAB_NAME_41, m42
#define IPCLAB_NAME_43 IPCLAB_NAME_42, m43
#define IPCLAB_NAME_44 IPCLAB_NAME_43, m44
#define IPCLAB_NAME_45 IPCLAB_NAME_44, m45
#define IPCLAB_NAME_46 IPCLAB_NAME_45, m46
#define IPCLAB_NAME_47 IPCLAB_NAME_46, m47
#define IPCLAB_VISIT(n)                        \
    if constexpr (count == n) {                \
        const auto& [IPCLAB_NAME_##n] = value; \
        all(IPCLAB_NAME_##n);                  \
    }
    IPCLAB_VISIT(1)
    IPCLAB_VISIT(2)
    IPCLAB_VISIT(3)
    IPCLAB_VISIT(4) IPCLAB_VISIT(5) IPCLAB_VISIT(6) IPCLAB_VISIT(7) IPCLAB_VISIT(8) IPCLAB_VISIT(9)
        IPCLAB_VISIT(10) IPCLAB_VISIT(11) IPCLAB_VISIT(12) IPCLAB_VISIT(13) IPCLAB_VISIT(14) IPCLAB_VISIT(15)
            IPCLAB_VISIT(16) IPCLAB_VISIT(17) IPCLAB_VISIT(18) IPCLAB_VISIT(19) IPCLAB_VISIT(20)
                IPCLAB_VISIT(21) IPCLAB_VISIT(22) IPCLAB_VISIT(23) IPCLAB_VISIT(24) IPCLAB_VISIT(25)
                    IPCLAB_VISIT(26) IPCLAB_VISIT(27) IPCLAB_VISIT(28) IPCLAB_VISIT(29) IPCLAB_VISIT(30)
                        IPCLAB_VISIT(31) IPCLAB_VISIT(32) IPCLAB_VISIT(33) IPCLAB_VISIT(34) IPCLAB_VISIT(35)
                            IPCLAB_VISIT(36) IPCLAB_VISIT(37) IPCLAB_VISIT(38) IPCLAB_VISIT(39)
                                IPCLAB_VISIT(40) IPCLAB_VISIT(41) IPCLAB_VISIT(42) IPCLAB_VISIT(43)
                                    IPCLAB_VISIT(44) IPCLAB_VISIT(45) IPCLAB_VISIT(46) IPCLAB_VISIT(47)
#undef IPCLAB_VISIT
#undef IPCLAB_NAME_1
#undef IPCLAB_NAME_2
#undef IPCLAB_NAME_3
#undef IPCLAB_NAME_4
#undef IPCLAB_NAME_5
#undef IPCLAB_NAME_6
#undef IPCLAB_NAME_7
#undef IPCLAB_NAME_8
#undef IPCLAB_NAME_9
#undef IPCLAB_NAME_10
#undef IPCLAB_NAME_11
#undef IPCLAB_NAME_12
#undef IPCLAB_NAME_13
#undef IPCLAB_NAME_14
#undef IPCLAB_NAME_15
#undef IPCLAB_NAME_16
#undef IPCLAB_NAME_17
#undef IPCLAB_NAME_18
#undef IPCLAB_NAME_19
#undef IPCLAB_NAME_20
#undef IPCLAB_NAME_21
#undef IPCLAB_NAME_22
#undef IPCLAB_NAME_23
#undef IPCLAB_NAME_24
#undef IPCLAB_NAME_25
#undef IPCLAB_NAME_26
#undef IPCLAB_NAME_27
#undef IPCLAB_NAME_28
#undef IPCLAB_NAME_29
#undef IPCLAB_NAME_30
#undef IPCLAB_NAME_31
#undef IPCLAB_NAME_32
#undef IPCLAB_NAME_33
#undef IPCLAB_NAME_34
#undef IPCLAB_NAME_35
#undef IPCLAB_NAME_36
#undef IPCLAB_NAME_37
#undef IPCLAB_NAME_38
#undef IPCLAB_NAME_39
#undef IPCLAB_NAME_40
#undef IPCLAB_NAME_41
#undef IPCLAB_NAME_42
#undef IPCLAB_NAME_43
#undef IPCLAB_NAME_44
#undef IPCLAB_NAME_45
#undef IPCLAB_NAME_46
#undef IPCLAB_NAME_47
}

#undef IPCLAB_EMPTY_1
#undef IPCLAB_EMPTY_2
#undef IPCLAB_EMPTY_3
#undef IPCLAB_EMPTY_4
#undef IPCLAB_EMPTY_5
#undef IPCLAB_EMPTY_6
#undef IPCLAB_EMPTY_7
#undef IPCLAB_EMPTY_8
#undef IPCLAB_EMPTY_9
#undef IPCLAB_EMPTY_10
#undef IPCLAB_EMPTY_11
#undef IPCLAB_EMPTY_12
#undef IPCLAB_EMPTY_13
#undef IPCLAB_EMPTY_14
#undef IPCLAB_EMPTY_15
#undef IPCLAB_EMPTY_16
#undef IPCLAB_EMPTY_17
#undef IPCLAB_EMPTY_18
#undef IPCLAB_EMPTY_19
#undef IPCLAB_EMPTY_20
#undef IPCLAB_EMPTY_21
#undef IPCLAB_EMPTY_22
#undef IPCLAB_EMPTY_23
#undef IPCLAB_EMPTY_24
#undef IPCLAB_EMPTY_25
#undef IPCLAB_EMPTY_26
#undef IPCLAB_EMPTY_27
#undef IPCLAB_EMPTY_28
#undef IPCLAB_EMPTY_29
#undef IPCLAB_EMPTY_30
#undef IPCLAB_EMPTY_31
#undef IPCLAB_EMPTY_32
#undef IPCLAB_EMPTY_33
#undef IPCLAB_EMPTY_34
#undef IPCLAB_EMPTY_35
#undef IPCLAB_EMPTY_36
#undef IPCLAB_EMPTY_37
#undef IPCLAB_EMPTY_38
#undef IPCLAB_EMPTY_39
#undef IPCLAB_EMPTY_40
#undef IPCLAB_EMPTY_41
#undef IPCLAB_EMPTY_42
#undef IPCLAB_EMPTY_43
#undef IPCLAB_EMPTY_44
#undef IPCLAB_EMPTY_45
#undef IPCLAB_EMPTY_46
#undef IPCLAB_EMPTY_47
#undef IPCLAB_EMPTY_48

}  // namespace ipclab::explore
