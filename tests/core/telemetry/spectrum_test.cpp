// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/analysis/spectrum.h"

#include "core/telemetry/analysis/uniform_grid.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>
#include <numbers>
#include <random>
#include <thread>

using namespace servolane::telemetry;

namespace {

const std::atomic<bool> goOn = false;

struct Sine {
    double hertz;
    double amplitude;
};

std::vector<double> signal(std::size_t count, double rate, const std::vector<Sine>& sines,
                           double mean = 0.0) {
    std::vector<double> samples(count, mean);
    for (const Sine& sine : sines)
        for (std::size_t i = 0; i < count; ++i)
            samples[i] += sine.amplitude *
                          std::sin(2.0 * std::numbers::pi * sine.hertz * static_cast<double>(i) / rate + 0.3);
    return samples;
}

std::vector<double> noise(std::size_t count, double deviation) {
    std::mt19937 source(7);
    std::normal_distribution<double> normal(0.0, deviation);
    std::vector<double> samples(count);
    for (double& sample : samples)
        sample = normal(source);
    return samples;
}

Spectrum spectrum(const std::vector<double>& samples, double rate, SpectrumSettings settings) {
    return spectrumOf(samples, rate, settings, goOn).value();
}

bool near(double value, double wanted, double share) {
    if (std::abs(value - wanted) <= std::abs(wanted) * share) return true;
    qWarning("got %.9g, wanted %.9g", value, wanted);
    return false;
}

class SpectrumTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSineOnABinHasItsAmplitudeInEveryWindow() {
        const auto samples = signal(1000, 500.0, {{50.0, 3.0}}, 10.0);
        for (const Window window : allWindows) {
            const Spectrum result = spectrum(samples, 500.0, {window, true, 0});
            QCOMPARE(result.resolution(), 0.5);
            QCOMPARE(result.nyquist(), 250.0);
            QVERIFY(near(result.valueAt(100, Quantity::amplitude), 3.0, 1e-6));
            QVERIFY(near(result.valueAt(100, Quantity::rms), 3.0 / std::numbers::sqrt2, 1e-6));
            QVERIFY(result.valueAt(0, Quantity::amplitude) < 1e-6);
            const Spectrum withMean = spectrum(samples, 500.0, {window, false, 0});
            QVERIFY(near(withMean.valueAt(0, Quantity::rms), 10.0, 1e-6));
        }
    }

    void betweenBinsPeaksAreStillRight() {
        for (const Window window : allWindows)
            for (const double offset : {-0.45, -0.2, 0.1, 0.5}) {
                const double hertz = (100.0 + offset) * 0.5;
                const auto samples = signal(1000, 500.0, {{hertz, 3.0}});
                const Spectrum result = spectrum(samples, 500.0, {window, true, 0});
                const auto peaks = peaksOf(result, 3);
                QVERIFY(!peaks.empty());
                const double tolerance = window == Window::rectangular ? 0.02 : 0.002;
                QVERIFY2(near(peaks[0].amplitude, 3.0, tolerance), toString(window).data());
                QVERIFY2(std::abs(peaks[0].frequency - hertz) < 0.02, toString(window).data());
            }
        // What the windows are chosen for: the bin itself of a sine in the middle between two.
        const auto samples = signal(1000, 500.0, {{50.25, 1.0}});
        QVERIFY(near(spectrum(samples, 500.0, {Window::flatTop, true, 0}).valueAt(100, Quantity::amplitude),
                     1.0, 2e-3));
        QVERIFY(near(spectrum(samples, 500.0, {Window::hann, true, 0}).valueAt(100, Quantity::amplitude),
                     0.849, 5e-3));
    }

    void twoSinesAreTwoPeaksLargestFirst() {
        const auto samples = signal(2000, 1000.0, {{40.3, 0.01}, {120.0, 2.0}});
        const auto peaks = peaksOf(spectrum(samples, 1000.0, {Window::blackmanHarris, true, 0}), 8);
        QCOMPARE(peaks.size(), std::size_t{2});
        QVERIFY(near(peaks[0].amplitude, 2.0, 1e-3));
        QVERIFY(near(peaks[0].frequency, 120.0, 1e-4));
        QVERIFY(near(peaks[1].amplitude, 0.01, 1e-2));
        QVERIFY(near(peaks[1].frequency, 40.3, 1e-3));
    }

    /// White noise of deviation σ at rate f has the density σ² / (f/2) everywhere, whatever the window.
    void whiteNoiseHasItsDensity() {
        const auto samples = noise(1 << 16, 2.0);
        for (const Window window : allWindows) {
            const Spectrum result = spectrum(samples, 800.0, {window, true, 1024});
            QCOMPARE(result.averages, std::size_t{127});
            double mean = 0.0;
            for (std::size_t bin = 8; bin < 504; ++bin)
                mean += result.density[bin] / 496.0;
            QVERIFY(near(mean, 4.0 / 400.0, 0.03));
        }
        QVERIFY(peaksOf(spectrum(samples, 800.0, {Window::hann, true, 1024}), 8).empty());
    }

    void powerIsTheSameInTimeAndFrequency() {
        auto samples = noise(999, 1.0); // odd: no bin at half the rate
        for (const std::size_t count : {std::size_t{999}, std::size_t{998}}) {
            samples.resize(count);
            const Spectrum result = spectrum(samples, 300.0, {Window::rectangular, false, 0});
            double inTime = 0.0;
            for (const double sample : samples)
                inTime += sample * sample / static_cast<double>(count);
            double inFrequency = 0.0;
            for (const double density : result.density)
                inFrequency += density * result.resolution();
            QVERIFY(near(inFrequency, inTime, 1e-10));
        }
    }

    void noiseBandwidthsAreThoseOfTheBooks() {
        QCOMPARE(noiseBandwidth(Window::rectangular), 1.0);
        QCOMPARE(noiseBandwidth(Window::hann), 1.5);
        QVERIFY(near(noiseBandwidth(Window::flatTop), 3.7702, 1e-4));
        QVERIFY(near(noiseBandwidth(Window::blackmanHarris), 2.0044, 1e-4));
        for (const Window window : allWindows) {
            const auto values = windowOf(window, 256);
            double sum = 0.0;
            for (const double value : values)
                sum += value;
            QVERIFY(near(sum / 256.0, coherentGain(window), 1e-9));
        }
    }

    void tooLittleOrCancelledGivesNothing() {
        QVERIFY(!spectrumOf(noise(7, 1.0), 100.0, {}, goOn));
        QVERIFY(!spectrumOf({}, 100.0, {}, goOn));
        QVERIFY(!spectrumOf(noise(100, 1.0), 0.0, {}, goOn));
        const std::atomic<bool> cancelled = true;
        QVERIFY(!spectrumOf(noise(100, 1.0), 100.0, {}, cancelled));
        QCOMPARE(spectrum(noise(100, 1.0), 100.0, {Window::hann, true, 4096}).block, std::size_t{100});
    }

    /// Plans are made under a lock: under the thread sanitizer this fails without it.
    void severalThreadsMayTransform() {
        const auto samples = signal(512, 512.0, {{64.0, 1.0}});
        std::vector<std::thread> threads;
        std::atomic<int> right = 0;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&, i] {
                for (int round = 0; round < 20; ++round) {
                    const std::size_t block = std::size_t{64} << static_cast<unsigned>((i + round) % 4);
                    const auto result = spectrumOf(samples, 512.0, {Window::hann, true, block}, goOn);
                    if (result && std::abs(result->valueAt(block / 8, Quantity::amplitude) - 1.0) < 1e-9)
                        ++right;
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(right.load(), 80);
    }

    void equalStepsAreLeftAsTheyAre() {
        std::vector<std::int64_t> ns;
        std::vector<float> values;
        for (int i = 0; i < 100; ++i) {
            ns.push_back(5'000'000'000 + i * 2'000'000);
            values.push_back(static_cast<float>(i * i));
        }
        const UniformGrid grid = resampleUniform(ns, values, goOn);
        QCOMPARE(grid.rate, 500.0);
        QCOMPARE(grid.moved, 0.0);
        QCOMPARE(grid.values[50], 2500.0);
    }

    /// Bug: straight lines between samples are a low-pass. A sine of 80 Hz at 200 Hz had half of its
    /// amplitude, and peaks beside it that were none, once the times had drifted by a step.
    void aFastSineKeepsItsAmplitudeWhereTimesDriftAndScatter() {
        constexpr int count = 4000;
        std::mt19937 source(11);
        std::uniform_real_distribution<double> scatter(-0.2, 0.2);
        std::vector<std::int64_t> ns;
        std::vector<float> values;
        const auto sine = [](double hertz, double at) {
            return std::sin(2.0 * std::numbers::pi * hertz * at);
        };
        for (int i = 0; i < count; ++i) {
            const double drift = 1.6 * sine(1.0 / count, i);
            const double seconds = (i + drift + scatter(source)) / 200.0;
            ns.push_back(std::llround(seconds * 1e9));
            const double whole = 1000.0 * sine(0.5, seconds) + sine(20.0, seconds) + sine(80.0, seconds);
            values.push_back(static_cast<float>(whole));
        }
        const UniformGrid grid = resampleUniform(ns, values, goOn);
        QVERIFY(grid.farthest > 1.5);
        const auto peaks = peaksOf(spectrum(grid.values, grid.rate, {Window::blackmanHarris, true, 0}), 8);
        QCOMPARE(peaks.size(), std::size_t{3});
        QVERIFY(near(peaks[0].amplitude, 1000.0, 1e-4));
        for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
            QVERIFY(near(peaks[i].amplitude, 1.0, 0.02));
            QVERIFY(std::abs(peaks[i].frequency - (peaks[i].frequency > 50 ? 80.0 : 20.0)) < 0.01);
        }
    }

    /// Bug: rounded samples on both sides of a change of the rate gave values that were 38 degrees off, and
    /// two at nearly one time none at all.
    void whereTheRateChangesNothingStandsOut() {
        constexpr double step = 0.088; // of a register
        for (const double later : {0.5, 2.0, 1.0}) {
            std::vector<std::int64_t> ns;
            std::vector<float> values;
            const auto signal = [](double at) { return 40.0 * std::sin(std::numbers::pi * at * 1e-9); };
            double at = 0.0;
            for (int i = 0; i < 4000; ++i) {
                at += 5e6 * (i < 2000 ? 1.0 : later);
                const bool isLate = later == 1.0 && i == 1000;
                ns.push_back(std::llround(at + (isLate ? 0.9995 * 5e6 : 0.0)));
                const double whole = std::round(signal(static_cast<double>(ns.back())) / step) * step;
                values.push_back(static_cast<float>(whole));
            }
            const UniformGrid grid = resampleUniform(ns, values, goOn);
            double worst = 0.0;
            for (std::size_t i = 0; i < grid.values.size(); ++i) {
                const double time =
                    static_cast<double>(ns.front()) + static_cast<double>(i) * 1e9 / grid.rate;
                QVERIFY(std::isfinite(grid.values[i]));
                worst = std::max(worst, std::abs(grid.values[i] - signal(time)));
            }
            QVERIFY2(worst < 0.5, qPrintable(QString::number(worst)));
        }
    }

    void movedSamplesAreCountedAndInterpolated() {
        const std::vector<std::int64_t> ns{0, 1'000'000, 2'500'000, 3'000'000, 4'000'000};
        const std::vector<float> values{0.0F, 1.0F, 2.5F, 3.0F, 4.0F};
        const UniformGrid grid = resampleUniform(ns, values, goOn);
        QCOMPARE(grid.rate, 1000.0);
        QCOMPARE(grid.moved, 0.2);
        QCOMPARE(grid.farthest, 0.5);
        for (std::size_t i = 0; i < 5; ++i)
            QCOMPARE(grid.values[i], static_cast<double>(i)); // a ramp stays one
        const std::atomic<bool> cancelled = true;
        QCOMPARE(resampleUniform(ns, values, cancelled).values[2], 2.5);
        QCOMPARE(resampleUniform(std::span(ns).first(1), std::span(values).first(1), goOn).rate, 0.0);
    }
};

SERVOLANE_TEST(SpectrumTest)

} // namespace

#include "spectrum_test.moc"
