package dev.rehearse.data.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueryPlanTest {

    private static final String INDEX = "Index Scan using orders_pkey on shop.orders";

    @Test
    void nodes_stand_as_explain_writes_them_without_conditions() {
        QueryPlan plan = QueryPlan.ofJson("""
                [{"Plan": {"Node Type": "Aggregate", "Strategy": "Hashed", "Partial Mode": "Simple", "Plans": [
                  {"Node Type": "Hash Join", "Parent Relationship": "Outer", "Join Type": "Left", "Hash Cond": "(o.c = c.id)", "Plans": [
                    {"Node Type": "Index Scan", "Parent Relationship": "Outer", "Index Name": "orders_pkey", "Relation Name": "orders",
                     "Schema": "shop", "Alias": "o", "Filter": "(o.note = 'secret\\n  ->  Seq Scan'::text)"},
                    {"Node Type": "Hash", "Parent Relationship": "Inner", "Plans": [
                      {"Node Type": "Bitmap Heap Scan", "Relation Name": "customer", "Schema": "shop", "Alias": "customer", "Plans": [
                        {"Node Type": "Bitmap Index Scan", "Index Name": "customer_email"}]}]},
                    {"Node Type": "Result", "Parent Relationship": "InitPlan", "Subplan Name": "InitPlan 1 (returns $0)"}]}]}}]
                """);

        assertThat(plan.text()).isEqualTo("""
                HashAggregate
                  Hash Left Join
                    Index Scan using orders_pkey on shop.orders o
                    Hash
                      Bitmap Heap Scan on shop.customer
                        Bitmap Index Scan on customer_email
                    InitPlan of Result""");
    }

    @Test
    void conditions_may_have_any_character() {
        assertThat(QueryPlan.ofJson(
                                "[{\"Plan\": {\"Node Type\": \"Result\", \"Output\": [\"'\u007f\u0080\u2028\ufeff\uffff😀'\"]}}]")
                        .text())
                .isEqualTo("Result");
    }

    @Test
    void partitions_that_are_read_alike_stand_as_one() {
        QueryPlan plan = QueryPlan.ofJson("""
                [{"Plan": {"Node Type": "Append", "Plans": [
                  {"Node Type": "Seq Scan", "Relation Name": "log_1", "Alias": "log_1"},
                  {"Node Type": "Index Scan", "Index Name": "log_2_at", "Relation Name": "log_2", "Alias": "log_2"},
                  {"Node Type": "Seq Scan", "Relation Name": "log_3", "Alias": "log_3"},
                  {"Node Type": "Seq Scan", "Relation Name": "log_4", "Alias": "log_4"}]}}]
                """);

        assertThat(plan.text())
                .isEqualTo("Append\n  Seq Scan on log_1 and 2 more like it\n  Index Scan using log_2_at on log_2");
    }

    @Test
    void the_first_node_that_differs_is_told_with_the_one_above_it() {
        QueryPlan plan = new QueryPlan("Limit\n  Sort\n    " + INDEX);

        assertThat(plan.difference(new QueryPlan(plan.text()))).isEmpty();
        assertThat(plan.difference(new QueryPlan("Limit\n  Sort\n    Seq Scan on shop.orders")))
                .contains("Seq Scan on shop.orders in place of " + INDEX + ", under Sort");
        assertThat(plan.difference(new QueryPlan("Limit\n  " + INDEX)))
                .contains(INDEX + " in place of Sort, under Limit");
        assertThat(plan.difference(new QueryPlan("Limit\n  Sort"))).contains("it lacks " + INDEX + ", under Sort");
        assertThat(new QueryPlan("Limit").difference(plan)).contains("it has a further Sort, under Limit");
        assertThat(plan.difference(new QueryPlan("Gather"))).contains("Gather in place of Limit");
    }
}
