// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/first_instance.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QStandardPaths>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

namespace servolane::app {

namespace {
constexpr int answerTime = 500; // ms

QString socketName(const QString& configFolder) {
    const QByteArray digest =
        QCryptographicHash::hash(configFolder.toUtf8(), QCryptographicHash::Sha1).toHex();
    QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (folder.isEmpty()) folder = QStandardPaths::writableLocation(QStandardPaths::TempLocation);
    return folder + QStringLiteral("/servolane-") + QString::fromLatin1(digest.left(12));
}
} // namespace

FirstInstance::FirstInstance(const QString& configFolder)
    : name_(socketName(configFolder))
    , server_(std::make_unique<QLocalServer>()) {
    server_->setSocketOptions(QLocalServer::UserAccessOption);
}

FirstInstance::~FirstInstance() = default;

bool FirstInstance::claim() {
    QLocalSocket other;
    other.connectToServer(name_);
    if (other.waitForConnected(answerTime)) return false;
    // What a killed program left behind.
    QLocalServer::removeServer(name_);
    static_cast<void>(server_->listen(name_));
    return true;
}

void FirstInstance::onRaise(std::function<void()> raise) {
    QObject::connect(server_.get(), &QLocalServer::newConnection, server_.get(), [this, raise] {
        while (QLocalSocket* asker = server_->nextPendingConnection())
            asker->deleteLater();
        raise();
    });
}

} // namespace servolane::app
