// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>
#include <functional>

namespace servolane::ui {

class Panel;

/// Where a panel will be. It is built when its owner first shows it or somebody asks for it: a window with a
/// dozen panels stands after the time that the visible ones take.
class PanelPlace : public QWidget {
    Q_OBJECT
public:
    using Build = std::function<Panel*(QWidget* parent)>;

    PanelPlace(Build build, QWidget* parent);
    ~PanelPlace() override;
    /// What stands here; null until it was asked for.
    [[nodiscard]] Panel* built() const { return guest_ ? guest_ : panel_; }
    Panel& panel();
    /// Another panel stands here meanwhile, and still belongs to its owner; nullptr: the own one again.
    void lend(Panel* guest);

Q_SIGNALS:
    /// Before it is painted for the first time: its owner can show it the present.
    void appeared(servolane::ui::Panel* panel);

private:
    Build build_;
    Panel* guest_ = nullptr;
    Panel* panel_ = nullptr;
};

/// The same with the panel's own type.
template <class P>
class PlaceOf {
public:
    PlaceOf() = default;
    explicit PlaceOf(PanelPlace* place)
        : place_(place) {}
    P* operator->() const { return &**this; }
    P& operator*() const { return static_cast<P&>(place_->panel()); }
    [[nodiscard]] PanelPlace* place() const { return place_; }

private:
    PanelPlace* place_ = nullptr;
};

} // namespace servolane::ui
