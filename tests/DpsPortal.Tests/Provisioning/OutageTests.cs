using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Provisioning;

/// <summary>What comes back from a vault, and what is made of it.</summary>
public sealed class OutageTests
{
    public static TheoryData<string> Kinds { get; } = [.. VaultAnswers.All.Select(kind => kind.Name)];

    [Fact]
    public async Task No_sequence_of_outages_is_taken_for_a_revoke_and_each_heals_at_the_next_check() => await OutageRuns.RunAsync(300);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_answer_to_an_unwrap_means_what_it_says_and_no_more(string name)
    {
        var kind = VaultAnswers.All.Single(each => each.Name == name);
        var vault = new FakeVault();
        using var engine = await Engine.StartAsync(vault.Access);
        (await engine.Instances.CreateAsync(RunningDps.Tester, RunningDps.Request("contoso", vault.AddKey()), default)).Value();
        vault.Intercept = request => request.Headers.Authorization is not null ? kind.Answer() : null;

        var status = (await engine.Instances.RecheckAsync(RunningDps.Tester, "contoso", default)).Value();
        Assert.Equal((kind.Access, kind.Cause), (status.Access, status.Cause));
    }

    [Fact]
    public void There_are_forty_kinds_and_more_each_with_a_name_of_its_own() =>
        Assert.InRange(VaultAnswers.All.Select(kind => kind.Name).Distinct().Count(), 40, VaultAnswers.All.Count);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("31", 30)]
    [InlineData("1000000000000000000000", 30)]
    [InlineData("Mon, 02 Mar 2026 08:00:12 GMT", 12)]
    [InlineData("Mon, 02 Mar 2020 08:00:12 GMT", 0)]
    [InlineData("Sat, 02 Mar 2126 08:00:12 GMT", 30)]
    [InlineData("-1", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_vault_may_ask_for_up_to_half_a_minute(string? header, int? seconds) => Assert.Equal(
        seconds is { } expected ? TimeSpan.FromSeconds(expected) : (TimeSpan?)null,
        RetryAdvice.Read(header, new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero)));

    [Fact]
    public async Task A_vault_that_asks_to_be_left_alone_is_asked_once_and_then_not_before()
    {
        var vault = new FakeVault();
        using var engine = await Engine.StartAsync(vault.Access);
        (await engine.Instances.CreateAsync(RunningDps.Tester, RunningDps.Request("contoso", vault.AddKey()), default)).Value();
        var asked = 0;
        vault.Intercept = request =>
        {
            asked++;
            var answer = FakeVault.Error(System.Net.HttpStatusCode.TooManyRequests, "Throttled");
            answer.Headers.TryAddWithoutValidation("Retry-After", "20");
            return answer;
        };

        var status = (await engine.Instances.RecheckAsync(RunningDps.Tester, "contoso", default)).Value();
        Assert.Equal((1, KeyAccessCause.VaultThrottled), (asked, status.Cause));
        Assert.Equal(engine.SystemClock.GetUtcNow().AddSeconds(20), status.NextCheckAt);
    }
}
