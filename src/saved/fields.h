#pragma once

#include "model/facts.h"
#include "model/finding.h"
#include "saved/saved_trace.h"

namespace whywontitstart {

// The fields of all that a saved trace holds, with the names that they have in it: see docs/saved-trace.md.
// `visit` is called with the name and the field. The bindings hold all fields of a struct, so that one which
// is added to it and is not saved does not compile.

template <typename Visit>
void fields(SyscallEvent& call, Visit& visit) {
  auto& [name, arguments, fd, file, path, other_path, address, flags, data, value, error, finished, refused,
         foretold, took] = call;
  visit("name", name);
  visit("arguments", arguments);
  visit("fd", fd);
  visit("file", file);
  visit("path", path);
  visit("other_path", other_path);
  visit("address", address);
  visit("flags", flags);
  visit("data", data);
  visit("value", value);
  visit("error", error);
  visit("finished", finished);
  visit("refused", refused);
  visit("foretold", foretold);
  visit("took", took);
}

template <typename Visit>
void fields(SignalEvent& event, Visit& visit) {
  auto& [signal, code, sender, sender_name, fault_address, call, ended_thread] = event;
  visit("signal", signal);
  visit("code", code);
  visit("sender", sender);
  visit("sender_name", sender_name);
  visit("fault_address", fault_address);
  visit("call", call);
  visit("ended_thread", ended_thread);
}

template <typename Visit>
void fields(ExitStatus& status, Visit& visit) {
  auto& [code, signal, core_dumped] = status;
  visit("code", code);
  visit("signal", signal);
  visit("core_dumped", core_dumped);
}

template <typename Visit>
void fields(OomKillEvent& event, Visit& visit) {
  auto& [group, kills, max, peak] = event;
  visit("group", group);
  visit("kills", kills);
  visit("max", max);
  visit("peak", peak);
}

template <typename Visit>
void fields(WaitEvent& event, Visit& visit) {
  auto& [call, state, wchan, on, thing, by, who, details, listens, timed, answered, lasts, busy] = event;
  visit("call", call);
  visit("state", state);
  visit("wchan", wchan);
  visit("on", on);
  visit("thing", thing);
  visit("by", by);
  visit("who", who);
  visit("details", details);
  visit("listens", listens);
  visit("timed", timed);
  visit("answered", answered);
  visit("lasts", lasts);
  visit("busy", busy);
}

template <typename Visit>
void fields(Wait& wait, Visit& visit) {
  fields(static_cast<WaitEvent&>(wait), visit);
  visit("thread", wait.thread);
  visit("in_vain", wait.in_vain);
}

template <typename Visit>
void fields(Limit& limit, Visit& visit) {
  auto& [name, soft, hard] = limit;
  visit("name", name);
  visit("soft", soft);
  visit("hard", hard);
}

template <typename Visit>
void fields(Identity& identity, Visit& visit) {
  auto& [uid, gid, groups, user, home, shell] = identity;
  visit("uid", uid);
  visit("gid", gid);
  visit("groups", groups);
  visit("user", user);
  visit("home", home);
  visit("shell", shell);
}

template <typename Visit>
void fields(Expectation& expectation, Visit& visit) {
  auto& [kind, value] = expectation;
  visit("kind", kind);
  visit("value", value);
}

template <typename Visit>
void fields(Target& target, Visit& visit) {
  auto& [argv, executable, cwd, identity, environment, limits, expected, of_log] = target;
  visit("argv", argv);
  visit("executable", executable);
  visit("cwd", cwd);
  visit("identity", identity);
  visit("environment", environment);
  visit("limits", limits);
  visit("expected", expected);
  visit("of_log", of_log);
}

template <typename Visit>
void fields(Outcome& outcome, Visit& visit) {
  auto& [state, status, ready, duration, attached, ended_by_us, settled, open_end, missed] = outcome;
  visit("state", state);
  visit("status", status);
  visit("ready", ready);
  visit("duration", duration);
  visit("attached", attached);
  visit("ended_by_us", ended_by_us);
  visit("settled", settled);
  visit("open_end", open_end);
  visit("missed", missed);
}

template <typename Visit>
void fields(Credentials& credentials, Visit& visit) {
  auto& [uid, gid, groups_set, groups, landlocked] = credentials;
  visit("uid", uid);
  visit("gid", gid);
  visit("groups_set", groups_set);
  visit("groups", groups);
  visit("landlocked", landlocked);
}

template <typename Visit>
void fields(Failure& failure, Visit& visit) {
  auto& [call, process, order, at, first_order, first_at, count, as, places, name, healed, healed_by,
         calls_after, named_by, echoed_by] = failure;
  visit("call", call);
  visit("process", process);
  visit("order", order);
  visit("at", at);
  visit("first_order", first_order);
  visit("first_at", first_at);
  visit("count", count);
  visit("as", as);
  visit("places", places);
  visit("name", name);
  visit("healed", healed);
  visit("healed_by", healed_by);
  visit("calls_after", calls_after);
  visit("named_by", named_by);
  visit("echoed_by", echoed_by);
}

template <typename Visit>
void fields(Line& line, Visit& visit) {
  auto& [text, process, order, at, stream, where, names] = line;
  visit("text", text);
  visit("process", process);
  visit("order", order);
  visit("at", at);
  visit("stream", stream);
  visit("where", where);
  visit("names", names);
}

template <typename Visit>
void fields(OpenedFile& file, Visit& visit) {
  auto& [path, process, order, written] = file;
  visit("path", path);
  visit("process", process);
  visit("order", order);
  visit("written", written);
}

template <typename Visit>
void fields(Complaint& complaint, Visit& visit) {
  auto& [line, error, exact, path, address, traced] = complaint;
  visit("line", line);
  visit("error", error);
  visit("exact", exact);
  visit("path", path);
  visit("address", address);
  visit("traced", traced);
}

template <typename Visit>
void fields(Execution& execution, Visit& visit) {
  auto& [executable, at, order] = execution;
  visit("executable", executable);
  visit("at", at);
  visit("order", order);
}

template <typename Visit>
void fields(Process& process, Visit& visit) {
  auto& [pid, parent, executable, argv, started, started_order, exit, ended, ended_order, calls, last_call,
         waits, listens, signals, cpu, peak_memory, limits, credentials, execed, executions, cwd] = process;
  visit("pid", pid);
  visit("parent", parent);
  visit("executable", executable);
  visit("argv", argv);
  visit("started", started);
  visit("started_order", started_order);
  visit("exit", exit);
  visit("ended", ended);
  visit("ended_order", ended_order);
  visit("calls", calls);
  visit("last_call", last_call);
  visit("waits", waits);
  visit("listens", listens);
  visit("signals", signals);
  visit("cpu", cpu);
  visit("peak_memory", peak_memory);
  visit("limits", limits);
  visit("credentials", credentials);
  visit("execed", execed);
  visit("executions", executions);
  visit("cwd", cwd);
}

template <typename Visit>
void fields(CallCount& count, Visit& visit) {
  auto& [name, calls, failed, took] = count;
  visit("name", name);
  visit("calls", calls);
  visit("failed", failed);
  visit("took", took);
}

template <typename Visit>
void fields(Facts& facts, Visit& visit) {
  auto& [processes, failures, lines, complaints, blame, swallowed, tail, calls, oom_kills, last_failing,
         opened, connected, queried_names, events, failed, lost, outcome] = facts;
  visit("processes", processes);
  visit("failures", failures);
  visit("lines", lines);
  visit("complaints", complaints);
  visit("blame", blame);
  visit("swallowed", swallowed);
  visit("tail", tail);
  visit("calls", calls);
  visit("oom_kills", oom_kills);
  visit("last_failing", last_failing);
  visit("opened", opened);
  visit("connected", connected);
  visit("queried_names", queried_names);
  visit("events", events);
  visit("failed", failed);
  visit("lost", lost);
  visit("outcome", outcome);
}

template <typename Visit>
void fields(Subject& subject, Visit& visit) {
  auto& [kind, value] = subject;
  visit("kind", kind);
  visit("value", value);
}

template <typename Visit>
void fields(Evidence& evidence, Visit& visit) {
  auto& [kind, text, pid, at] = evidence;
  visit("kind", kind);
  visit("text", text);
  visit("pid", pid);
  visit("at", at);
}

template <typename Visit>
void fields(Fix& fix, Visit& visit) {
  auto& [text, command, risk] = fix;
  visit("text", text);
  visit("command", command);
  visit("risk", risk);
}

template <typename Visit>
void fields(Finding& finding, Visit& visit) {
  auto& [cause, rule, subject, title, summary, confidence, evidence, fixes, references] = finding;
  visit("cause", cause);
  visit("rule", rule);
  visit("subject", subject);
  visit("title", title);
  visit("summary", summary);
  visit("confidence", confidence);
  visit("evidence", evidence);
  visit("fixes", fixes);
  visit("references", references);
}

template <typename Visit>
void fields(UnitCommand& command, Visit& visit) {
  auto& [setting, path, argv, ignores_failure, privileged, pid, has_ended, end, ended_at] = command;
  visit("setting", setting);
  visit("path", path);
  visit("argv", argv);
  visit("ignores_failure", ignores_failure);
  visit("privileged", privileged);
  visit("pid", pid);
  visit("has_ended", has_ended);
  visit("end", end);
  visit("ended_at", ended_at);
}

template <typename Visit>
void fields(UnitCondition& condition, Visit& visit) {
  auto& [type, triggers, negated, parameter, state] = condition;
  visit("type", type);
  visit("triggers", triggers);
  visit("negated", negated);
  visit("parameter", parameter);
  visit("state", state);
}

template <typename Visit>
void fields(Unit& unit, Visit& visit) {
  auto& [name, of_user, settings, commands, conditions, asserts, invocation] = unit;
  visit("name", name);
  visit("of_user", of_user);
  visit("settings", settings);
  visit("commands", commands);
  visit("conditions", conditions);
  visit("asserts", asserts);
  visit("invocation", invocation);
}

// What the machine answers.

template <typename Visit>
void fields(FileStatus& status, Visit& visit) {
  auto& [mode, uid, gid, size, device, inode, immutable, append_only] = status;
  visit("mode", mode);
  visit("uid", uid);
  visit("gid", gid);
  visit("size", size);
  visit("device", device);
  visit("inode", inode);
  visit("immutable", immutable);
  visit("append_only", append_only);
}

template <typename Visit>
void fields(Filesystem& filesystem, Visit& visit) {
  auto& [total_bytes, free_bytes, total_inodes, free_inodes, read_only, noexec] = filesystem;
  visit("total_bytes", total_bytes);
  visit("free_bytes", free_bytes);
  visit("total_inodes", total_inodes);
  visit("free_inodes", free_inodes);
  visit("read_only", read_only);
  visit("noexec", noexec);
}

template <typename Visit>
void fields(SocketInfo& socket, Visit& visit) {
  auto& [local, peer, state, is_stream, is_unix, listens, peer_process, reuse_address, reuse_port, received,
         silent] = socket;
  visit("local", local);
  visit("peer", peer);
  visit("state", state);
  visit("is_stream", is_stream);
  visit("is_unix", is_unix);
  visit("listens", listens);
  visit("peer_process", peer_process);
  visit("reuse_address", reuse_address);
  visit("reuse_port", reuse_port);
  visit("received", received);
  visit("silent", silent);
}

template <typename Visit>
void fields(SocketRecord& record, Visit& visit) {
  auto& [protocol, local, state, v6_only, uid, inode, cgroup] = record;
  visit("protocol", protocol);
  visit("local", local);
  visit("state", state);
  visit("v6_only", v6_only);
  visit("uid", uid);
  visit("inode", inode);
  visit("cgroup", cgroup);
}

template <typename Visit>
void fields(CommandOutput& output, Visit& visit) {
  auto& [exit_code, out, err] = output;
  visit("exit_code", exit_code);
  visit("out", out);
  visit("err", err);
}

template <typename Visit>
void fields(Error& error, Visit& visit) {
  auto& [what, errno_code] = error;
  visit("what", what);
  visit("errno", errno_code);
}

// What two runs are compared by.

template <typename Visit>
void fields(Step& step, Visit& visit) {
  auto& [process, call, object, error, count, order, at] = step;
  visit("process", process);
  visit("call", call);
  visit("object", object);
  visit("error", error);
  visit("count", count);
  visit("order", order);
  visit("at", at);
}

template <typename Visit>
void fields(SeenFile& file, Visit& visit) {
  auto& [path, target, there, size, mode, uid, gid, hash, package] = file;
  visit("path", path);
  visit("target", target);
  visit("there", there);
  visit("size", size);
  visit("mode", mode);
  visit("uid", uid);
  visit("gid", gid);
  visit("hash", hash);
  visit("package", package);
}

template <typename Visit>
void fields(SeenPackage& package, Visit& visit) {
  auto& [name, version] = package;
  visit("name", name);
  visit("version", version);
}

template <typename Visit>
void fields(Surroundings& around, Visit& visit) {
  auto& [host, kernel, system, limits, status, profile] = around;
  visit("host", host);
  visit("kernel", kernel);
  visit("system", system);
  visit("limits", limits);
  visit("status", status);
  visit("profile", profile);
}

}  // namespace whywontitstart
