package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Looks at the page in a real browser. Without one the tests are skipped; where REHEARSE_TEST_BROWSER is "required", they fail instead.
 */
class ReportPageIT {

    /** Elements that reach beyond the right edge without being inside something that scrolls for itself. */
    static final String CUT = """
            [...document.querySelectorAll('body *')]
              .filter(e => e.getClientRects().length && getComputedStyle(e).position !== 'absolute')
              .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
              .filter(e => { for (let p = e.parentElement; p; p = p.parentElement)
                               if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(p).overflowX)) return false;
                             return true; })
              .map(e => e.tagName + '.' + e.getAttribute('class') + ' ' + e.textContent.slice(0, 60))
            """;

    /** What is written too faintly on what is painted under it, after WCAG 2.2's success criterion 1.4.3 (AA). */
    static final String CONTRAST = """
            const parse = c => { const v = c.match(/[\\d.]+/g).map(Number); return v.length < 4 ? [...v, 1] : v; };
            const over = (top, ground) => top.slice(0, 3).map((v, i) => v * top[3] + ground[i] * (1 - top[3]));
            const light = c => c.map(v => v / 255)
              .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
              .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const ancestors = e => e ? [e, ...ancestors(e.parentElement)] : [];
            const opacity = e => ancestors(e).reduce((all, a) => all * getComputedStyle(a).opacity, 1);
            const faded = (colour, e) => { const c = parse(colour); return [...c.slice(0, 3), c[3] * opacity(e)]; };
            const painted = e => {
              const style = getComputedStyle(e), colour = e instanceof SVGGeometryElement ? style.fill : style.backgroundColor;
              return colour === 'none' ? [0, 0, 0, 0] : faded(colour, e); };
            const at = e => { const range = document.createRange(); range.selectNodeContents(e); return range.getClientRects()[0]; };
            const hasText = e => !e.closest('noscript, script, style, caption, .skip') && e.checkVisibility({ visibilityProperty: true })
              && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && at(e);
            const under = e => !(e instanceof SVGElement) ? ancestors(e)
              : document.elementsFromPoint(at(e).left + at(e).width / 2, at(e).top + at(e).height / 2)
                  .filter(u => !(u instanceof SVGTextContentElement));
            const tooFaint = e => {
              const style = getComputedStyle(e);
              const ground = under(e).reverse().map(painted).reduce((g, c) => over(c, g), [255, 255, 255]);
              const a = light(over(faded(e instanceof SVGElement ? style.fill : style.color, e), ground)), b = light(ground);
              const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
              const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
              return ratio < (large ? 3 : 4.5) && `${ratio} ${e.tagName}.${e.getAttribute('class')} ${e.textContent.slice(0, 40)}`; };
            """;

    /** What keeps the focus from being seen: no outline, one that something cuts off, or a place beyond the window or under something. */
    private static final String FOCUS = """
            (() => {
              const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
              const reach = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
              const cut = p => { const q = p.getBoundingClientRect(); return getComputedStyle(p).overflowX !== 'visible'
                && (box.top - reach < q.top - 0.5 || box.bottom + reach > q.bottom + 0.5); };
              const x = box.left + Math.min(box.width, 40) / 2, y = (Math.max(0, box.top) + Math.min(innerHeight, box.bottom)) / 2;
              const there = document.elementFromPoint(x, y), around = [];
              for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) around.push(p);
              const trouble = style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? 'no outline'
                : !there || !e.contains(there) ? 'not in sight' : around.some(cut) ? 'its outline is cut' : '';
              return trouble && `${trouble}: ${e.tagName}.${e.getAttribute('class')} ${e.textContent.slice(0, 40)}`;
            })()
            """;

    /** Short words of tables that stand on two lines. */
    private static final String CUT_WORDS = """
            (() => {
              const cut = [], walker = document.createTreeWalker(document.getElementById('report'), NodeFilter.SHOW_TEXT), range = document.createRange();
              while (walker.nextNode()) {
                const node = walker.currentNode;
                if (!node.parentElement.closest('td, th') || node.parentElement.closest('caption') || !node.parentElement.checkVisibility()) continue;
                for (const word of node.data.matchAll(/[\\p{L}\\d.,]{2,12}(?![\\p{L}\\d_])/gu)) {
                  range.setStart(node, word.index);
                  range.setEnd(node, word.index + word[0].length);
                  if (new Set([...range.getClientRects()].map(r => r.top)).size > 1) cut.push(word[0]);
                }
              }
              return cut;
            })()
            """;

    @TempDir
    private static Path folder;

    private static Chromium browser;

    @BeforeAll
    static void start_the_browser() throws Exception {
        browser = browser();
        SampleReports.all().forEach((name, report) -> ReportFiles.write(report, folder.resolve(name)));
        ReportFiles.write(SampleReports.tooFewToTell(), folder.resolve("too-few"));
    }

    static Chromium browser() throws Exception {
        Optional<Path> binary = Chromium.installed();
        if (binary.isEmpty() && "required".equals(System.getenv("REHEARSE_TEST_BROWSER"))) {
            fail(
                    "REHEARSE_TEST_BROWSER is \"required\", and no Chromium is installed. Install Debian's package chromium.");
        }
        assumeTrue(binary.isPresent(), "no Chromium is installed, so nobody looked at the page");
        return new Chromium(binary.orElseThrow());
    }

    @AfterAll
    static void stop_the_browser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void a_desktop_by_day() {
        browser.size(1280, 900, false);
        browser.dark(false);
    }

    private static void open(String sample) {
        browser.open(folder.resolve(sample).resolve(ReportFiles.HTML));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-go", "go", "inconclusive", "extreme", "died-while-loading", "hostile"})
    void every_report_is_shown_without_a_complaint_and_without_the_network(String sample) {
        RehearsalReport report = SampleReports.all().get(sample);

        open(sample);

        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).hasSize(1).allMatch(url -> url.startsWith("file:"));
        assertThat(browser.text("document.getElementById('verdict').textContent"))
                .isEqualTo(report.verdict().name().replace('_', '-'));
        assertThat(browser.evaluate("document.getElementById('verdict').checkVisibility()")
                        .asBoolean())
                .isTrue();
        assertThat(browser.number("document.querySelectorAll('[data-finding]').length"))
                .isEqualTo(report.findings().size());
        assertThat(browser.number("document.querySelectorAll('[data-row]').length"))
                .isEqualTo(report.statements().size());
        for (RehearsalReport.Finding finding :
                report.findings().subList(0, Math.min(1, report.findings().size()))) {
            assertThat(browser.text("document.querySelector('[data-finding] h3').textContent"))
                    .isEqualTo(PlainText.visible(finding.title()));
        }
        assertThat(browser.number("document.querySelectorAll('.missing li').length"))
                .isEqualTo(report.notMeasured().size());
        assertThat(browser.number("document.querySelectorAll('.checklist li').length"))
                .isEqualTo(report.checklist().size());
    }

    @Test
    void the_verdict_is_in_the_first_screen_and_told_by_shape_and_word() {
        open("no-go");

        assertThat(browser.number("document.getElementById('verdict').getBoundingClientRect().bottom"))
                .isLessThan(300);
        assertThat(browser.number("parseFloat(getComputedStyle(document.getElementById('verdict')).fontSize)"))
                .isGreaterThan(40);
        String stop = browser.text("document.querySelector('.emblem .plate').outerHTML");
        open("go");
        String go = browser.text("document.querySelector('.emblem .plate').outerHTML");
        open("inconclusive");
        String neither = browser.text("document.querySelector('.emblem .plate').outerHTML");
        assertThat(List.of(stop, go, neither)).doesNotHaveDuplicates();
    }

    @Test
    void what_to_do_is_in_the_first_screen_where_the_verdict_asks_for_it() {
        open("no-go");
        assertThat(browser.text("document.querySelector('.verdict .way-out').textContent"))
                .startsWith("Safer way: CREATE INDEX CONCURRENTLY");
        assertThat(browser.text("document.querySelector('.verdict .way-out a').getAttribute('href')"))
                .isEqualTo("#finding-0");

        open("go");
        assertThat(browser.evaluate("document.querySelector('.verdict .way-out') === null")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void a_response_time_that_may_be_chance_is_neither_within_its_limit_nor_over_it() {
        String tile =
                "[...document.querySelectorAll('.tile')].find(t => t.textContent.startsWith('Slowest p99')).className";
        open("no-go");
        assertThat(browser.text(tile)).isEqualTo("tile bad");
        open("too-few");
        assertThat(browser.text(tile)).isEqualTo("tile warn");
    }

    @Test
    void the_timeline_shows_every_statement_every_lock_wait_and_every_panel() {
        open("no-go");

        assertThat(browser.number("document.querySelectorAll('.timeline [data-statement]').length"))
                .isEqualTo(8);
        assertThat(browser.number("document.querySelectorAll('.timeline .wait').length"))
                .isEqualTo(SampleReports.noGo().lockWaits().size());
        assertThat(browser.text(
                        "[...document.querySelectorAll('.timeline .title')].map(t => t.textContent).join('; ')"))
                .contains("Locks held")
                .contains("Lock waits")
                .contains("Operations/s")
                .contains("Response time")
                .contains("Errors/s")
                .contains("Sessions waiting for a lock")
                .contains("Active sessions")
                .contains("Replay lag");
        assertThat(browser.text(
                        "[...document.querySelectorAll('.timeline [data-phase]')].map(p => p.dataset.phase).join()"))
                .isEqualTo("WARM_UP,BASELINE,MIGRATE,SETTLE,VERIFY,ROLL_BACK,VERIFY,REAPPLY");
        assertThat(browser.text("[...document.querySelectorAll('[data-active]')].map(l => l.dataset.active).join()"))
                .isEqualTo("cpu,io,lwlock,lock");
        // A statement's span stands where its times say.
        assertThat(browser.evaluate("""
                                (() => {
                                  const at = q => document.querySelector(q).getBoundingClientRect();
                                  const phase = at("[data-phase='MIGRATE'] .head"), span = at("[data-statement='1'] rect");
                                  return (span.left - phase.left) / phase.width - 120 / 6400;
                                })()
                                """).asDouble()).isBetween(-0.01, 0.01);
    }

    @Test
    void of_very_many_spans_and_waits_some_are_drawn_and_the_rest_is_counted() {
        open("extreme");

        int spans = browser.number("document.querySelectorAll('.timeline [data-statement]').length");
        int waits = browser.number("document.querySelectorAll('.timeline .wait').length");
        assertThat(spans).isBetween(100, 499);
        assertThat(waits).isBetween(20, 600);
        assertThat(browser.text("document.querySelector('#timeline .left-out').textContent"))
                .contains(Units.count(500 - spans) + " shorter statements")
                .contains("Of 5,001 lock waits the 5,000 longest are in this page");
        assertThat(browser.text("document.querySelector('.waits .title').textContent"))
                .matches("Lock waits \\(every \\d+(st|nd|rd|th) of 5,000\\)");
        assertThat(browser.text("document.querySelector('#blocking').textContent"))
                .contains("5,001 lock waits")
                .contains("long reader on orders")
                .contains("The 15 longest of 5,001 are shown");
    }

    private static double[] view() {
        return new double[] {
            Double.parseDouble(browser.text("document.querySelector('.plot').dataset.from")),
            Double.parseDouble(browser.text("document.querySelector('.plot').dataset.to"))
        };
    }

    private static double place(String what) {
        return browser.evaluate("document.querySelector('.plot').getBoundingClientRect()." + what)
                .asDouble();
    }

    private static void press(String zoom) {
        browser.evaluate("document.querySelector(\"[data-zoom='" + zoom + "']\").click()");
        browser.settle();
    }

    @Test
    void buttons_and_keys_change_the_part_that_is_shown() {
        open("no-go");
        double[] all = view();

        press("MIGRATE");
        double[] migrate = view();
        assertThat(migrate[0]).isBetween(55_000.0, 55_600.0);
        assertThat(migrate[1]).isBetween(62_000.0, 62_600.0);
        assertThat(browser.text("document.querySelector(\"[data-zoom='MIGRATE']\").getAttribute('aria-pressed')"))
                .isEqualTo("true");
        assertThat(browser.number("document.querySelectorAll('.timeline [data-statement]').length"))
                .isEqualTo(4);

        press("IN");
        assertThat(view()[1] - view()[0])
                .isCloseTo((migrate[1] - migrate[0]) / 2, org.assertj.core.data.Offset.offset(1.0));
        press("ROLL_BACK");
        assertThat(view()[0]).isBetween(66_900.0, 67_000.0);
        browser.evaluate("document.querySelector('.plot').focus()");
        browser.call("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", "ArrowRight"));
        browser.settle();
        assertThat(view()[0]).isGreaterThan(67_000.0);
        press("ALL");
        assertThat(view()).isEqualTo(all);
    }

    @Test
    void dragging_selects_a_span_the_wheel_zooms_and_a_double_click_shows_all() {
        open("no-go");
        browser.evaluate("document.querySelector('.plot').scrollIntoView()");
        double[] all = view();
        double left = place("left") + 58;
        double right = place("right") - 14;
        double y = place("top") + 200;

        browser.drag(left + (right - left) * 0.25, left + (right - left) * 0.75, y);
        double[] half = view();
        assertThat(half[0]).isCloseTo(all[0] + (all[1] - all[0]) * 0.25, org.assertj.core.data.Offset.offset(200.0));
        assertThat(half[1]).isCloseTo(all[0] + (all[1] - all[0]) * 0.75, org.assertj.core.data.Offset.offset(200.0));

        browser.mouse("mouseWheel", (left + right) / 2, y, Map.of("deltaX", 0, "deltaY", -100, "modifiers", 2));
        browser.settle();
        assertThat(view()[1] - view()[0]).isLessThan((half[1] - half[0]) * 0.9);

        browser.mouse("mousePressed", (left + right) / 2, y, Map.of("clickCount", 1));
        browser.mouse("mouseReleased", (left + right) / 2, y, Map.of("clickCount", 1));
        browser.mouse("mousePressed", (left + right) / 2, y, Map.of("clickCount", 2));
        browser.mouse("mouseReleased", (left + right) / 2, y, Map.of("clickCount", 2));
        browser.settle();
        assertThat(view()).isEqualTo(all);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void pointing_at_the_picture_reads_every_panel_at_that_moment() {
        open("no-go");
        browser.evaluate("document.querySelector('.plot').scrollIntoView()");
        // In the middle of the first index build.
        double x = place("left") + 58 + (place("width") - 72) * (57_200 - 42_600) / (view()[1] - view()[0]);

        browser.mouse("mouseMoved", x, place("top") + 200, Map.of());
        browser.settle();

        assertThat(browser.text("document.querySelector('.readout').textContent"))
                .contains("Migrate")
                .contains("waiting32")
                .contains("active32 Lock:relation, ")
                .contains("1 IO:DataFileRead")
                .contains("p99")
                .contains("2: create index ACT_IDX_HI_VAR_PI_NAME_TYPE")
                .contains("SHARE on act_hi_varinst (statement 2)");
        assertThat(browser.evaluate("Number(document.querySelector('.cursor').getAttribute('x1'))")
                        .asDouble())
                .isBetween(x - place("left") - 2, x - place("left") + 2);
    }

    @Test
    void of_many_findings_a_line_each_leads_to_its_card() {
        open("no-go");
        int last = SampleReports.noGo().findings().size() - 1;
        assertThat(browser.evaluate("document.querySelectorAll('.glance a').length")
                        .asInt())
                .isEqualTo(last + 1);

        browser.evaluate("document.querySelectorAll('.glance a')[" + last + "].click()");

        assertThat(browser.text("document.querySelector(':target h3').textContent"))
                .isEqualTo(SampleReports.noGo().findings().get(last).title());
        open("inconclusive");
        assertThat(browser.evaluate("document.querySelector('.glance') === null")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void a_statement_opens_to_its_text_and_its_locks_also_from_a_finding() {
        open("no-go");
        String detail = "document.getElementById('statement-2-detail')";
        assertThat(browser.evaluate(detail + ".checkVisibility()").asBoolean()).isFalse();

        browser.evaluate("document.querySelector('#statement-2 .opener').click()");
        assertThat(browser.evaluate(detail + ".checkVisibility()").asBoolean()).isTrue();
        assertThat(browser.text(detail + ".querySelector('pre').textContent"))
                .isEqualTo(SampleReports.noGo().statements().get(1).sql());
        assertThat(browser.text(detail + ".textContent"))
                .contains("SHARE")
                .contains("writes")
                .contains("nobody: it is new");

        browser.evaluate("document.querySelector('#statement-2 .opener').click()");
        assertThat(browser.evaluate(detail + ".checkVisibility()").asBoolean()).isFalse();
        browser.evaluate("document.querySelectorAll('[data-finding] .statement-link')[1].click()");
        assertThat(browser.evaluate("document.getElementById('statement-3-detail').checkVisibility()")
                        .asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {360, 500, 700, 1400})
    void a_locks_name_stands_inside_its_bar_or_beside_all_of_them(int width) {
        browser.size(width, 900, false);
        open("no-go");

        assertThat(browser.number("document.querySelectorAll('[data-hold] text').length"))
                .isPositive();
        assertThat(browser.evaluate("""
                        [...document.querySelectorAll('[data-hold]')].flatMap(lane => {
                          const text = lane.querySelector('text').getBoundingClientRect();
                          const inside = lane.querySelector('text').classList.contains('inside');
                          return [...lane.querySelectorAll('rect')].map(r => r.getBoundingClientRect())
                            .filter(r => text.left < r.right && text.right > r.left)
                            .filter(r => !(inside && text.left >= r.left && text.right <= r.right))
                            .map(() => lane.textContent);
                        })
                        """).toString()).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-go", "extreme", "hostile", "died-while-loading"})
    void on_a_phone_nothing_is_wider_than_the_screen(String sample) {
        browser.size(360, 780, true);

        open(sample);

        assertThat(browser.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(360);
        assertThat(browser.evaluate(CUT).toString()).isEqualTo("[]");
        assertThat(browser.complaints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-go", "hostile"})
    void on_paper_nothing_is_cut_and_every_statement_is_open(String sample) {
        // The width between the margins of an A4 page.
        browser.size(703, 1000, false);
        open(sample);
        browser.call("Emulation.setEmulatedMedia", Map.of("media", "print"));
        try {
            browser.evaluate("dispatchEvent(new Event('beforeprint'))");
            assertThat(browser.evaluate(CUT).toString()).isEqualTo("[]");
            if (!sample.equals("hostile")) {
                assertThat(browser.evaluate(CUT_WORDS).toString()).isEqualTo("[]");
            }
            assertThat(
                            browser.number(
                                    "[...document.querySelectorAll('.scroll, .scroll table, pre, .card')].filter(e => e.scrollWidth > e.clientWidth + 2).length"))
                    .isZero();
            assertThat(browser.number(
                            "[...document.querySelectorAll('tr.detail')].filter(e => !e.checkVisibility()).length"))
                    .isZero();
            assertThat(
                            browser.number(
                                    "[...document.querySelectorAll('button:not(.opener), nav')].filter(e => e.checkVisibility()).length"))
                    .isZero();
        } finally {
            browser.call("Emulation.setEmulatedMedia", Map.of("media", ""));
        }

        String pdf = new String(browser.pdf(), StandardCharsets.ISO_8859_1);
        assertThat(pdf).startsWith("%PDF");
        assertThat(pdf).containsPattern("/MediaBox \\[0 0 59\\d\\.?\\d* 84\\d\\.?\\d*\\]");
    }

    @Test
    void hostile_text_is_text() {
        open("hostile");

        assertThat(browser.text("typeof window.hacked")).isEqualTo("undefined");
        assertThat(browser.number(
                        "document.images.length + document.querySelectorAll('script:not(:is(body > script))').length"))
                .isZero();
        assertThat(browser.text("document.querySelector('h1').textContent"))
                .startsWith("</script><script>window.hacked = 1</script><img src=x")
                .contains("[U+202E]esrever[U+202C]")
                .contains("{{data}} ${x}");
        assertThat(browser.evaluate("/[\\u202a-\\u202e\\u2066-\\u2069\\u001b]/.test(document.body.innerText)")
                        .asBoolean())
                .isFalse();
        assertThat(browser.text("document.querySelector('#statement-2-detail pre').textContent")
                        .length())
                .isGreaterThan(10_000);
    }

    @ParameterizedTest
    @CsvSource({"no-go, false", "no-go, true", "go, false", "go, true", "inconclusive, false", "inconclusive, true"})
    void by_night_as_by_day_every_text_stands_out_from_what_is_painted_under_it(String sample, boolean dark) {
        browser.dark(dark);
        open(sample);
        browser.evaluate("document.querySelectorAll('.opener').forEach(opener => opener.click())");
        // All of it, since only what the window shows can be asked for what is under it.
        browser.size(1280, browser.number("document.documentElement.scrollHeight"), false);
        browser.settle();

        assertThat(browser.evaluate("(() => {" + CONTRAST
                                + "return [...document.querySelectorAll('body *')].filter(hasText).length })()")
                        .asInt())
                .isGreaterThan(300);
        assertThat(browser.evaluate(
                                "(() => {" + CONTRAST
                                        + "return [...document.querySelectorAll('body *')].filter(hasText).map(tooFaint).filter(Boolean) })()")
                        .toString())
                .isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 1400})
    void with_keys_alone_one_sees_where_one_is_and_opens_a_statement(int width) {
        browser.size(width, 900, false);
        open("no-go");
        List<String> hidden = new ArrayList<>();
        int stops = 0;
        String opened = null;
        browser.press("Tab");
        while (!browser.text("document.activeElement.tagName").equals("BODY") && stops < 500) {
            stops++;
            String trouble = browser.text(FOCUS);
            if (!trouble.isEmpty()) {
                hidden.add(trouble);
            }
            if (opened == null
                    && browser.text("document.activeElement.className").equals("opener")) {
                browser.press("Enter");
                opened = browser.text(
                        "document.activeElement.getAttribute('aria-expanded') + ' '"
                                + " + document.getElementById(document.activeElement.getAttribute('aria-controls')).checkVisibility()");
            }
            browser.press("Tab");
        }

        assertThat(stops).isBetween(30, 499);
        assertThat(hidden).isEmpty();
        assertThat(opened).isEqualTo("true true");
    }

    @Test
    void headings_landmarks_and_table_headers_are_there_for_those_who_listen() {
        open("no-go");

        assertThat(browser.number("document.querySelectorAll('main, header, nav[aria-label], footer').length"))
                .isEqualTo(4);
        assertThat(browser.number("document.querySelectorAll('h1').length")).isEqualTo(1);
        assertThat(
                        browser.number(
                                "[...document.querySelectorAll('table')].filter(t => !t.caption || !t.querySelector('th[scope=col]')).length"))
                .isZero();
        assertThat(
                        browser.number(
                                "[...document.querySelectorAll('section')].filter(s => !document.getElementById(s.getAttribute('aria-labelledby'))).length"))
                .isZero();
        assertThat(
                        browser.number(
                                "[...document.querySelectorAll('button')].filter(b => !(b.textContent.trim() || b.getAttribute('aria-label'))).length"))
                .isZero();
        assertThat(
                        browser.number(
                                "document.querySelectorAll('[id]').length - new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"))
                .isZero();
    }
}
