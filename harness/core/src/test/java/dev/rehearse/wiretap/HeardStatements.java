package dev.rehearse.wiretap;

import dev.rehearse.wiretap.protocol.EndedConnection;
import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.protocol.StatementListener;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that remembers. */
final class HeardStatements implements StatementListener {

    final List<TappedStatement> started = new CopyOnWriteArrayList<>();
    final List<TappedStatement> ended = new CopyOnWriteArrayList<>();
    final List<ServerNotice> notices = new CopyOnWriteArrayList<>();
    final List<EndedConnection> connectionsEnded = new CopyOnWriteArrayList<>();
    final List<Integer> sessions = new CopyOnWriteArrayList<>();
    final List<Integer> sessionsEnded = new CopyOnWriteArrayList<>();
    final List<Long> transactionsEnded = new CopyOnWriteArrayList<>();

    @Override
    public void connectionEnded(EndedConnection connection) {
        connectionsEnded.add(connection);
    }

    @Override
    public void sessionStarted(int backendPid, long micros) {
        sessions.add(backendPid);
    }

    @Override
    public void statementStarted(TappedStatement statement) {
        started.add(statement);
    }

    @Override
    public void noticed(TappedStatement statement, ServerNotice notice) {
        notices.add(notice);
    }

    @Override
    public void statementEnded(TappedStatement statement) {
        ended.add(statement);
    }

    @Override
    public void transactionEnded(int backendPid, long micros) {
        transactionsEnded.add(micros);
    }

    @Override
    public void sessionEnded(int backendPid, long micros) {
        sessionsEnded.add(backendPid);
    }

    List<String> sql() {
        return ended.stream().map(TappedStatement::sql).toList();
    }

    TappedStatement of(String sql) {
        return ended.stream()
                .filter(s -> s.sql().equals(sql))
                .reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError("no statement " + sql + " in " + sql()));
    }

    TappedStatement startingWith(String sql) {
        return ended.stream()
                .filter(s -> s.sql().startsWith(sql))
                .reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError("no statement " + sql + "... in " + sql()));
    }
}
