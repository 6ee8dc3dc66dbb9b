// SPDX-License-Identifier: GPL-3.0-or-later
// The state that a recording begins with.
#include "core/session/state_facts.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using registers::OperatingMode;

class StateFactsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        facts_ = {};
        next_ = 1;
    }

    /// Registers are read in pieces: that of the torque came last, and the mode was in no recording.
    void aModeThatWasSeenStaysKnown() {
        tell(motion::AxisObserved{axis_, false, OperatingMode::velocity});
        tell(motion::AxisObserved{axis_, true, std::nullopt});
        const auto seen = observed();
        QVERIFY(seen.torque);
        QVERIFY(seen.mode == OperatingMode::velocity);
    }
    void aModeThatWasSetSinceIsTheFactThatHolds() {
        tell(motion::AxisObserved{axis_, false, OperatingMode::velocity});
        tell(motion::ModeChanged{axis_, OperatingMode::position});
        tell(motion::AxisObserved{axis_, true, std::nullopt});
        QVERIFY(!observed().mode);
        QCOMPARE(facts_.all().size(), std::size_t{2});
    }

private:
    template <class Fact>
    void tell(Fact fact) {
        api::Event event;
        event.sequence = Sequence{next_++};
        event.body = std::move(fact);
        facts_.fold(event);
    }
    [[nodiscard]] motion::AxisObserved observed() const {
        for (const api::Event& event : facts_.all())
            if (const auto* seen = std::get_if<motion::AxisObserved>(&event.body)) return *seen;
        return {};
    }

    const AxisId axis_{1};
    std::uint64_t next_ = 1;
    session::StateFacts facts_;
};

SERVOLANE_TEST(StateFactsTest)
#include "state_facts_test.moc"
