"""Throttle, patience and budget, with a clock and dice of our own; no test here waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.engine.limits import Budget, Limits, Patience, Throttle, most_tokens
from kijun.errors import ModelError
from kijun.models.remote.faults import Account, fault, retry_after, without_secrets
from kijun.records import Completed, Failed, Filtered, Generate, Message, Response, Sampling

SLOW_DOWN = Failed("status 429", retryable=True, throttled=True)
BROKEN = Failed("status 500", retryable=True)


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await anyio.lowlevel.checkpoint()


def script(*responses: Response) -> Callable[[], Awaitable[Response]]:
    left = list(responses)

    async def call() -> Response:
        return left.pop(0) if len(left) > 1 else left[0]

    return call


def asked(clock: Clock, call: Callable[[], Awaitable[Response]], **patience: float) -> Response:
    limits = Limits(Patience(**patience), clock=clock, sleep=clock.sleep, random=Random(3))  # type: ignore[arg-type]
    return anyio.run(limits.ask, call, limits.throttle("x", 8))


def test_what_passes_is_asked_again_with_growing_random_waits() -> None:
    clock = Clock()
    assert asked(clock, script(*[BROKEN] * 5, Completed("x")), attempts=8) == Completed("x")
    assert len(clock.slept) == 5
    assert all(wait <= 2.0**number for number, wait in enumerate(clock.slept)) and len(set(clock.slept)) == 5


def test_attempts_end() -> None:
    clock = Clock()
    assert asked(clock, script(BROKEN), attempts=3) == Failed("status 500 (3 attempts)", retryable=True)
    assert len(clock.slept) == 2


def test_what_does_not_pass_is_not_asked_again() -> None:
    clock = Clock()
    assert asked(clock, script(Failed("status 400"), Completed("x"))) == Failed("status 400")
    assert asked(clock, script(Filtered("no"), Completed("x"))) == Filtered("no")
    assert not clock.slept


def test_being_told_to_slow_down_costs_no_attempt_but_has_an_end() -> None:
    clock = Clock()
    assert asked(clock, script(*[SLOW_DOWN] * 30, Completed("x")), attempts=2) == Completed("x")
    clock = Clock()
    found = asked(clock, script(SLOW_DOWN), attempts=2, throttled_for=100.0)
    assert isinstance(found, Failed) and 100 <= clock.now < 120


def test_retry_after_stops_all_calls_of_the_account() -> None:
    clock = Clock()
    limits = Limits(clock=clock, sleep=clock.sleep, random=Random(3))

    async def both() -> None:
        throttle = limits.throttle("x", 8)
        throttle.leave(await throttle.enter(), clean=False, failed=True, complaint=True, wait=40.0)
        assert await throttle.enter() == 40.0

    anyio.run(both)
    assert clock.slept == [40.0]


def test_concurrency_grows_while_clean_and_backs_off_once_a_round() -> None:
    clock = Clock()
    throttle = Throttle(256, clock=clock, sleep=clock.sleep)

    async def round_of(count: int, bad: int) -> None:
        entered = [await throttle.enter() for _ in range(count)]
        clock.now += 1
        for number, since in enumerate(entered):
            throttle.leave(since, clean=number >= bad, failed=number < bad, complaint=number < bad, wait=None)
        clock.now += 1

    async def rounds() -> None:
        limits = []
        for _ in range(5):
            await round_of(int(throttle.limit), 0)
            limits.append(throttle.limit)
        assert limits == [32, 64, 128, 256, 256]
        await round_of(256, 100)
        assert throttle.limit == pytest.approx(256 * 0.6, abs=2), "once for all calls that were under way together"
        before = throttle.limit
        await round_of(int(before), 0)
        assert throttle.limit == pytest.approx(before + 1, abs=0.1), "and one a round from then on"
        for _ in range(40):
            await round_of(1, 1)
        assert throttle.limit == 1.0

    anyio.run(rounds)


def test_no_more_calls_at_once_than_allowed() -> None:
    clock = Clock()
    throttle = Throttle(3, clock=clock, sleep=clock.sleep)
    running = most = 0

    async def call() -> None:
        nonlocal running, most
        entered = await throttle.enter()
        running += 1
        most = max(most, running)
        await anyio.lowlevel.checkpoint()
        running -= 1
        throttle.leave(entered, clean=True, failed=False, complaint=False, wait=None)

    async def many() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(call)

    anyio.run(many)
    assert most == 3


def test_a_provider_that_is_gone_stops_the_run() -> None:
    clock = Clock()
    limits = Limits(Patience(attempts=2, gone_after=3), clock=clock, sleep=clock.sleep)

    async def ask_on() -> None:
        throttle = limits.throttle("x", 8)
        for answer in (BROKEN, BROKEN, Completed("x"), BROKEN, BROKEN):
            await limits.ask(script(answer), throttle)
        with pytest.raises(ModelError, match="3 requests in a row"):
            await limits.ask(script(BROKEN), throttle)

    anyio.run(ask_on)


def test_a_call_that_hangs_is_given_up() -> None:
    async def hang() -> Response:
        await anyio.sleep_forever()
        raise AssertionError

    limits = Limits(Patience(attempts=1, timeout=0.01))

    async def ask() -> tuple[Response, float]:
        throttle = limits.throttle("x", 16)
        return await limits.ask(hang, throttle), throttle.limit

    found, limit = anyio.run(ask)
    assert found == Failed("no answer within 0.01 s (1 attempts)", retryable=True) and limit < 16


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 50)), max_size=40), st.integers(0, 3000))
def test_a_budget_is_never_passed(calls: list[tuple[int, int]], most: int) -> None:
    """However calls overlap: what is spent stays within the limit."""

    async def spend() -> Budget:
        budget = Budget(most_tokens=most)

        async def one(characters: int, out: int) -> None:
            request = Generate("x" * characters, Sampling(max_tokens=out))
            if await budget.admit(request):
                await anyio.lowlevel.checkpoint()
                budget.settle(request, Completed("y", characters // 4, out))

        async with anyio.create_task_group() as tasks:
            for call in calls:
                tasks.start_soon(one, *call)
        return budget

    budget = anyio.run(spend)
    assert budget.tokens_in + budget.tokens_out <= most


def test_bounds_of_tokens() -> None:
    request = Generate("ignored", Sampling(max_tokens=7), (Message("user", "あい"), Message("user", "ab")))
    assert most_tokens(request, 5) == (6 + 16 + 2 + 16, 12)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "99999999"}, 3600.0),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


@given(st.integers(300, 599), st.binary(max_size=60))
def test_any_error_is_one_of_the_outcomes(status: int, body: bytes) -> None:
    try:
        assert isinstance(fault(status, body, {}, Account("m", "KEY", ("secret-key",))), Failed | Filtered)
    except ModelError:
        pass


def test_keys_and_parts_of_keys_are_cut_out() -> None:
    account = Account("m", "KEY", ("hush-hush",))
    text = without_secrets("Incorrect key hush-hush; you gave sk-proj-ab12***********wxyz, Bearer abcdefghijk", account)
    assert text == "Incorrect key [key]; you gave [key], [key]"
