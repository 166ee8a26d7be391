package dev.rehearse.pgbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {

    private final Symbols symbols = new Symbols();
    private final List<String> said = new ArrayList<>();
    private final ScriptState state = new ScriptState(symbols, said::add);

    private String text(String expression) {
        return ExpressionParser.parse(expression, symbols).evaluate(state).text();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1 + 2 * 3;7",
                "(1 + 2) * 3;9",
                "-7 / 2;-3",
                "-7 % 3;-1",
                "7 % -1;0",
                "2 - -3;5",
                "1.0 / 3;0.333333333333333",
                "5 / 2.0;2.5",
                "1e3;1000",
                ".5 + 1.;1.5",
                "5 & 3 | 8;9",
                "6 # 3;5",
                "~ 5;-6",
                "~ 1 + 1;-3",
                "1 << 4 >> 2;4",
                "1 + 1 << 3;16",
                "1 < 2 and 2 <= 2 and 3 > 2 and 3 >= 3 and 1 <> 2 and 1 != 2 and 1 = 1.0;true",
                "not true or true;true",
                "not (1 = 1);false",
                "NOT 1 = 2;true",
                "null;NULL",
                "null + 1;NULL",
                "null and false;NULL",
                "false and null;false",
                "true or 1/0 = 1;true",
                "null is null;true",
                "1 is not null;true",
                "1 isnull;false",
                "1 notnull;true",
                "1 = 2 is false;true",
                "1 is true;false",
                "1 is null is not null isnull;false",
                "case when 1 > 2 then 'x' end;",
                "case when null then 1 when 0 then 2 when 0.5 then 3 else 4 end;3",
                "case when false then 1 end;NULL",
                "abs(-17) + abs(-.5);17.5",
                "least(5, 4, 3.5);3.5",
                "greatest(5, 4, 3);5",
                "int(5.4) + int(3.5) + int(2.5);11",
                "double(5432);5432",
                "mod(54, 32);22",
                "pi();3.14159265358979",
                "pow(2, 10);1024",
                "power(2.0, 0.5);1.4142135623731",
                "sqrt(2);1.4142135623731",
                "exp(0);1",
                "ln(exp(1));1",
                "1 / 3.0 * 1e-10;3.33333333333333e-11",
                "1e15;1e+15",
                "-1e300 * 1e10;-Infinity",
                "sqrt(-1);NaN",
                "123456789012345.0;123456789012345",
                "9223372036854775807;9223372036854775807",
                "-9223372036854775808;-9223372036854775808",
                "least(null, 1);NULL",
                "1 = null;NULL",
            })
    void has_the_value_that_pgbench_gives_it(String expression, String expected) {
        if (expected == null) {
            assertThatThrownBy(() -> text(expression)).isInstanceOf(ExpressionException.class);
        } else {
            assertThat(text(expression)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1 +;the line ends where a value is needed",
                "1 2;\"2\" stands at column 3",
                "1 < 2 < 3;\"<\" stands at column 7",
                "(1;the line ends where ) is needed",
                "random(1);takes 2 arguments, not 1",
                "least();at least one argument",
                "hash(1, 2, 3);takes 1 or 2 arguments, not 3",
                "randon(1, 2);Did you mean \"random\"?",
                "aid;begin with a colon: :aid",
                "1 / 0;division by zero",
                "1 % 0;division by zero",
                "9223372036854775807 + 1;64 bits",
                "-9223372036854775808 - 1;64 bits",
                "4611686018427387904 * 2;64 bits",
                "9223372036854775808;64 bits",
                "1e400;does not fit into a double",
                ":nowhere + 1;:nowhere has no value",
                "1 and true;boolean is needed",
                "true + 1;integer is needed",
                "random(2, 1);empty range",
                "random_gaussian(1, 10, 1.5);the least is 2",
                "random_exponential(1, 10, 0);must be positive",
                "random_zipfian(1, 10, 1);from 1.001 to 1000",
                "permute(1, 0);must be positive",
                "1 @ 2;means nothing",
            })
    void says_what_is_wrong(String expression, String problem) {
        state.set("default_seed", Value.of(1));

        assertThatThrownBy(() -> text(expression))
                .isInstanceOf(ExpressionException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "7,7",
        "' -3',-3",
        "1.50,1.5",
        "t,true",
        "yes,true",
        "on,true",
        "f,false",
        "of,false",
        "NuLL,NULL",
        "inf,Infinity",
        "-Infinity,-Infinity",
        "nan,NaN",
        "' 1.e1',10",
        "0x1F,31",
        "-0X.8p1,-1"
    })
    void text_from_outside_is_what_it_looks_like(String given, String expected) {
        state.set("x", Value.of(given));

        assertThat(text(":x")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1d", "1e400"})
    void text_from_outside_is_no_number_of_javas(String given) {
        state.set("x", Value.of(given));

        assertThatThrownBy(() -> text(":x")).hasMessageContaining("is no number");
    }

    @Test
    void the_function_debug_says_its_value_and_gives_it_back() {
        assertThat(text("debug(2.5) + debug(null)")).isEqualTo("NULL");

        assertThat(said).containsExactly("debug: double 2.5", "debug: null");
    }

    @Test
    void the_same_seed_gives_the_same_numbers() {
        state.reseed(7, 42);
        String first = text("random(1, 1000000)") + text("random_gaussian(1, 1000000, 3)");
        state.reseed(7, 43);
        String other = text("random(1, 1000000)") + text("random_gaussian(1, 1000000, 3)");
        state.reseed(7, 42);

        assertThat(text("random(1, 1000000)") + text("random_gaussian(1, 1000000, 3)"))
                .isEqualTo(first)
                .isNotEqualTo(other);
    }

    @Test
    void a_permutation_takes_every_place_once() {
        state.set("default_seed", Value.of(5));
        boolean[] seen = new boolean[1_000];
        for (int i = 0; i < seen.length; i++) {
            seen[Integer.parseInt(text("permute(" + i + ", 1000)"))] = true;
        }

        assertThat(seen).doesNotContain(false);
    }

    @ParameterizedTest
    @CsvSource({
        "'random(1, 100)', 50.5, 0.5",
        "'random_gaussian(1, 100, 2.5)', 50.5, 0.5",
        // Mean of an exponential of the parameter 5, cut off at 1: 1/5 - exp(-5) / (1 - exp(-5)) = 0.1932.
        "'random_exponential(1, 100, 5)', 19.8, 0.5",
        // Sum of k^(1-2) over sum of k^-2 for k to 100: 5.18738 / 1.63498.
        "'random_zipfian(1, 100, 2)', 3.1727, 0.15"
    })
    void a_distribution_has_its_mean_and_stays_within_its_limits(String expression, double mean, double tolerance) {
        Expression parsed = ExpressionParser.parse(expression, symbols);
        state.reseed(11, 1);
        double sum = 0;
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            long value = parsed.evaluate(state).toLong();
            assertThat(value).isBetween(1L, 100L);
            sum += value;
        }

        assertThat(sum / count).isBetween(mean - tolerance, mean + tolerance);
    }
}
