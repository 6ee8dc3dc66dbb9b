// SPDX-License-Identifier: GPL-3.0-or-later
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "app/cli/failure_code.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>
#include <map>
#include <set>

namespace servolane::cli {

namespace {

/// The words of the page about the command line, by exit code.
std::multimap<int, QString> wordsOfThePage() {
    QFile page(QDir(qEnvironmentVariable("SERVOLANE_SOURCE_DIR")).filePath("app/cli/COMMANDS.md"));
    if (!page.open(QIODevice::ReadOnly)) return {};
    std::multimap<int, QString> words;
    static const QRegularExpression row("^\\| (\\d+) \\| [^|]* \\|(.*)\\|$",
                                        QRegularExpression::MultilineOption);
    static const QRegularExpression word("`([a-z-]+)`");
    auto rows = row.globalMatch(QString::fromUtf8(page.readAll()));
    while (rows.hasNext()) {
        const auto found = rows.next();
        auto named = word.globalMatch(found.captured(2));
        while (named.hasNext())
            words.emplace(found.captured(1).toInt(), named.next().captured(1));
    }
    return words;
}

QString wordOf(FailureCode code) {
    return QString::fromUtf8(code.word().data(), static_cast<qsizetype>(code.word().size()));
}

} // namespace

class FailureCodesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Bug: "invalid" ended some commands with 1 and others with 2.
    void aCodeHasOneExitCode() {
        std::map<QString, Exit> exits;
        for (const FailureCode code : Codes::all()) {
            const auto [known, isNew] = exits.emplace(wordOf(code), code.exit());
            QVERIFY2(isNew || known->second == code.exit(), qPrintable(wordOf(code)));
            QVERIFY2(code.exit() != Exit::done, qPrintable(wordOf(code)));
        }
        QVERIFY(exits.size() > 60);
    }

    void thePageListsEveryCodeBesideItsExitCodeAndNoOther() {
        std::set<std::pair<int, QString>> made;
        for (const FailureCode code : Codes::all())
            made.emplace(static_cast<int>(code.exit()), wordOf(code));
        const auto words = wordsOfThePage();
        const std::set<std::pair<int, QString>> told(words.begin(), words.end());
        QCOMPARE(told.size(), words.size());
        for (const auto& [exit, word] : made)
            QVERIFY2(told.contains({exit, word}), qPrintable(word + " is missing"));
        for (const auto& [exit, word] : told)
            QVERIFY2(made.contains({exit, word}), qPrintable(word + " is no code"));
    }
};

SERVOLANE_TEST(FailureCodesTest)

} // namespace servolane::cli

#include "failure_codes_test.moc"
