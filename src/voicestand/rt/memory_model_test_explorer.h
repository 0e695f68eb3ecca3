#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <ucontext.h>

// A small model checker for protocols of two threads over a few atomics. It runs the real code of both as fibers,
// switches between them at every access to the other's variables, lets a load return any value that the C++ memory
// model allows, and repeats this until every choice has been taken. Ordinary memory is watched for data races.
namespace voicestand::rt::model {

inline constexpr std::size_t kThreads = 2;
using VectorClock = std::array<unsigned, kThreads>;

class Explorer {
 public:
  using Body = std::function<void()>;

  // Runs both bodies to their end in every way there is. `reset` stands before each run. Returns the number of runs;
  // stops at the first in which a race was seen or `broken` says so.
  std::size_t explore(const Body& reset, std::array<Body, kThreads> bodies, const std::function<bool()>& broken) {
    std::size_t runs = 0;
    path_.clear();
    do {
      begin_run();
      reset();
      run(bodies);
      ++runs;
      found_ = race_ || broken();
    } while (!found_ && advance());
    return runs;
  }
  [[nodiscard]] bool found() const { return found_; }

  // --- Called from inside a run ---

  [[nodiscard]] std::size_t thread() const { return running_; }

  // One of `alternatives`; in the course of the runs each of them once.
  std::size_t choose(std::size_t alternatives) {
    if (alternatives < 2) return 0;
    if (step_ == path_.size()) path_.push_back({.taken = 0, .alternatives = alternatives});
    return path_[step_++].taken;
  }

  // The other thread may go on here.
  void yield() {
    const std::size_t other = 1 - running_;
    if (!done_[other] && choose(2) == 1) switch_to(other);
  }

  void report_race() { race_ = true; }
  VectorClock& clock() { return clocks_[running_]; }
  [[nodiscard]] bool knows(std::size_t thread, unsigned epoch) { return clock()[thread] >= epoch; }

  static Explorer*& current() {
    static Explorer* explorer = nullptr;
    return explorer;
  }

 private:
  struct Choice {
    std::size_t taken;
    std::size_t alternatives;
  };
  static constexpr std::size_t kStackBytes = 64 * 1024;

  void begin_run() {
    step_ = 0;
    race_ = false;
    clocks_ = {};
    done_ = {};
  }

  bool advance() {
    while (!path_.empty() && path_.back().taken + 1 == path_.back().alternatives) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().taken;
    return true;
  }

  void run(std::array<Body, kThreads>& bodies) {
    current() = this;
    bodies_ = &bodies;
    prepare(fibers_[0], stacks_[0]);
    prepare(fibers_[1], stacks_[1]);
    running_ = choose(kThreads);
    while (!(done_[0] && done_[1])) {
      ::swapcontext(&main_, &fibers_[running_]);  // returns when one body has ended
      running_ = 1 - running_;
    }
    current() = nullptr;
  }

  void prepare(ucontext_t& fiber, std::vector<char>& stack) {
    stack.resize(kStackBytes);
    ::getcontext(&fiber);
    fiber.uc_stack.ss_sp = stack.data();
    fiber.uc_stack.ss_size = stack.size();
    fiber.uc_link = &main_;
    ::makecontext(&fiber, &Explorer::enter, 0);
  }

  static void enter() {
    Explorer& self = *current();
    (*self.bodies_)[self.running_]();
    self.done_[self.running_] = true;
  }

  void switch_to(std::size_t thread) {
    ucontext_t& from = fibers_[running_];
    running_ = thread;
    ::swapcontext(&from, &fibers_[thread]);
  }

  std::vector<Choice> path_;
  std::size_t step_ = 0;
  bool race_ = false;
  bool found_ = false;
  std::size_t running_ = 0;
  std::array<VectorClock, kThreads> clocks_{};
  std::array<bool, kThreads> done_{};
  std::array<Body, kThreads>* bodies_ = nullptr;
  ucontext_t main_{};
  std::array<ucontext_t, kThreads> fibers_{};
  std::array<std::vector<char>, kThreads> stacks_;
};

// An atomic variable with its whole history: a load may return any store that coherence and what its thread knows do
// not rule out; a release store hands its thread's knowledge to the acquire loads that read it.
template <typename T>
class Atomic {
 public:
  explicit(false) Atomic(T value) : history_{{.value = value, .released = {}, .thread = 0, .epoch = 0}} {}
  // A copy before the run has its newest value alone.
  [[nodiscard]] T newest() const { return history_.back().value; }

  T load(std::memory_order order) const {
    Explorer* const explorer = Explorer::current();
    if (explorer == nullptr) return newest();
    const bool own = history_.size() > 1 && history_.back().thread == explorer->thread();
    if (own) return newest();
    explorer->yield();
    std::size_t& seen = seen_[explorer->thread()];
    for (std::size_t i = seen; i < history_.size(); ++i) {
      if (explorer->knows(history_[i].thread, history_[i].epoch)) seen = i;
    }
    seen += explorer->choose(history_.size() - seen);
    const Store& store = history_[seen];
    if (order != std::memory_order_relaxed) {
      for (std::size_t i = 0; i < kThreads; ++i)
        explorer->clock()[i] = std::max(explorer->clock()[i], store.released[i]);
    }
    return store.value;
  }

  void store(T value, std::memory_order order) {
    Explorer& explorer = *Explorer::current();
    explorer.yield();
    const std::size_t thread = explorer.thread();
    const unsigned epoch = ++explorer.clock()[thread];
    const bool releases = order != std::memory_order_relaxed;
    history_.push_back(
        {.value = value, .released = releases ? explorer.clock() : VectorClock{}, .thread = thread, .epoch = epoch});
    seen_[thread] = history_.size() - 1;
  }

 private:
  struct Store {
    T value;
    VectorClock released;
    std::size_t thread;
    unsigned epoch;
  };
  std::vector<Store> history_;
  mutable std::array<std::size_t, kThreads> seen_{};
};

// Ordinary memory: two accesses by different threads, one of them a write, must be ordered by what the threads know.
template <typename T>
class Plain {
 public:
  void write(T value) {
    Explorer& explorer = *Explorer::current();
    const std::size_t other = 1 - explorer.thread();
    if (!explorer.knows(other, last_write_[other]) || !explorer.knows(other, last_read_[other])) explorer.report_race();
    last_write_[explorer.thread()] = ++explorer.clock()[explorer.thread()];
    value_ = value;
  }
  T read() {
    Explorer& explorer = *Explorer::current();
    const std::size_t other = 1 - explorer.thread();
    if (!explorer.knows(other, last_write_[other])) explorer.report_race();
    last_read_[explorer.thread()] = ++explorer.clock()[explorer.thread()];
    return value_;
  }

 private:
  T value_{};
  VectorClock last_write_{};
  VectorClock last_read_{};
};

// What came of all runs of a protocol, each on a new Subject.
struct Outcome {
  std::size_t runs = 0;
  std::size_t worked = 0;  // runs in which it did what it is for
  bool found = false;      // a run in which it broke, or raced
};

template <typename Subject>
Outcome explore(void (Subject::*first)(), void (Subject::*second)(), bool (Subject::*worked)() const,
                bool (Subject::*broken)() const) {
  std::unique_ptr<Subject> subject;
  Outcome outcome;
  Explorer explorer;
  outcome.runs = explorer.explore([&] { subject = std::make_unique<Subject>(); },
                                  {[&] { ((*subject).*first)(); }, [&] { ((*subject).*second)(); }},
                                  [&] {
                                    outcome.worked += ((*subject).*worked)() ? 1U : 0U;
                                    return ((*subject).*broken)();
                                  });
  outcome.found = explorer.found();
  return outcome;
}

}  // namespace voicestand::rt::model
