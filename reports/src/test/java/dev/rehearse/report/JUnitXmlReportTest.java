package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class JUnitXmlReportTest {

    static Iterable<RehearsalReport> samples() {
        return SampleReports.all().values();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void it_is_what_build_servers_read(RehearsalReport report) throws Exception {
        String xml = JUnitXmlReport.render(report);

        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(new StreamSource(getClass().getResourceAsStream("junit.xsd")))
                .newValidator()
                .validate(new StreamSource(new StringReader(xml)));

        Element suite = parse(xml).getDocumentElement();
        assertThat(suite.getAttribute("tests"))
                .isEqualTo(String.valueOf(cases(xml).size()));
        for (String result : List.of("failure", "error", "skipped")) {
            String counted = suite.getAttribute(result.equals("skipped") ? result : result + "s");
            assertThat(counted)
                    .isEqualTo(String.valueOf(suite.getElementsByTagName(result).getLength()));
        }
    }

    @Test
    void each_migration_is_a_test_case() {
        assertThat(JUnitXmlReport.render(SampleReports.go()))
                .contains("<testcase classname=\"rehearse.migration\" name=\"V1__indexes.sql\" time=\"0\"></testcase>")
                .contains("name=\"V2__task_state.sql\"");
        assertThat(JUnitXmlReport.render(SampleReports.hostile()))
                .contains(
                        "<testcase classname=\"rehearse.migration\" name=\"never\" time=\"0\">\n    <skipped message=\"not run\">");
    }

    @Test
    void a_broken_limit_fails_with_its_evidence_and_the_others_pass() throws Exception {
        String xml = JUnitXmlReport.render(SampleReports.noGo());

        assertThat(result(xml, "GO")).isEqualTo("failure");
        assertThat(result(xml, "longestLockWait: 500 ms")).isEqualTo("failure");
        assertThat(result(xml, "longestOutage: 1.0 s")).isEqualTo("failure");
        assertThat(result(xml, "responseP99: 1.0 s")).isEqualTo("failure");
        assertThat(result(xml, "errors: none beyond the baseline")).isEqualTo("passed");
        assertThat(result(xml, "replayLag: 10.0 s")).isEqualTo("passed");
        assertThat(result(xml, "Lock impact known")).isEqualTo("failure");
        assertThat(result(xml, "Rollback written and tested")).isEqualTo("passed");
        assertThat(result(xml, "Affected tables backed up")).isEqualTo("skipped");
        assertThat(named(xml, "longestLockWait: 500 ms").getTextContent())
                .contains("measured   3.0 s")
                .contains("398 operations queued")
                .contains("create index ACT_IDX_HI_VAR_PI_NAME_TYPE")
                .contains("safer way  CREATE INDEX CONCURRENTLY");
    }

    @Test
    void a_go_has_no_failure() throws Exception {
        RehearsalReport go = SampleReports.go();

        assertThat(cases(JUnitXmlReport.render(go)).stream()
                        .filter(c -> !c.getAttribute("classname").startsWith("rehearse.checklist"))
                        .map(JUnitXmlReportTest::result))
                .hasSizeGreaterThan(7)
                .containsOnly("passed");
    }

    @Test
    void an_inconclusive_run_is_an_error_and_its_limits_are_not_called_kept() throws Exception {
        String xml = JUnitXmlReport.render(SampleReports.inconclusive());

        assertThat(result(xml, "GO")).isEqualTo("error");
        assertThat(result(xml, "longestLockWait: 500 ms")).isEqualTo("skipped");
        assertThat(cases(xml).stream()
                        .filter(c -> c.getAttribute("name").startsWith("RATE_MISSED"))
                        .map(JUnitXmlReportTest::result))
                .containsExactly("error");
    }

    @Test
    void a_breach_that_no_limit_names_is_not_lost() throws Exception {
        String deadlocked = ReportJson.render(SampleReports.noGo()).replace("\"OUTAGE\"", "\"DEADLOCK\"");

        String xml = JUnitXmlReport.render(ReportJson.parse(deadlocked));

        assertThat(result(xml, "DEADLOCK: No write on act_hi_varinst succeeded for 3.0 s"))
                .isEqualTo("failure");
        assertThat(result(xml, "longestOutage: 1.0 s")).isEqualTo("passed");
    }

    @Test
    void what_a_run_that_proves_too_little_did_not_break_is_not_called_kept() throws Exception {
        String died = ReportJson.render(SampleReports.noGo())
                .replaceFirst("(?s)(\"id\" : \"OUTAGE\",\\s*\"severity\" : )\"BREACH\"", "$1\"VOID\"");

        String xml = JUnitXmlReport.render(ReportJson.parse(died));

        assertThat(result(xml, "GO")).isEqualTo("failure");
        assertThat(result(xml, "longestLockWait: 500 ms")).isEqualTo("failure");
        assertThat(result(xml, "duration: 30 min")).isEqualTo("skipped");
    }

    @Test
    void a_limit_that_may_have_been_passed_by_chance_is_neither_broken_nor_kept() throws Exception {
        String xml = JUnitXmlReport.render(SampleReports.tooFewToTell());

        assertThat(result(xml, "responseP99: 1.0 s")).isEqualTo("skipped");
        assertThat(xml).contains("<skipped message=\"Response time reached a 99th percentile of 2.8 s while");
        assertThat(result(xml, "duration: 30 min")).isEqualTo("passed");
    }

    private static Document parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static List<Element> cases(String xml) throws Exception {
        NodeList nodes = parse(xml).getElementsByTagName("testcase");
        List<Element> cases = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            cases.add((Element) nodes.item(i));
        }
        return cases;
    }

    private static Element named(String xml, String name) throws Exception {
        return cases(xml).stream()
                .filter(c -> c.getAttribute("name").equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no test case " + name + " in " + xml));
    }

    private static String result(String xml, String name) throws Exception {
        return result(named(xml, name));
    }

    private static String result(Element testCase) {
        NodeList children = testCase.getElementsByTagName("*");
        return children.getLength() == 0 ? "passed" : children.item(0).getNodeName();
    }
}
