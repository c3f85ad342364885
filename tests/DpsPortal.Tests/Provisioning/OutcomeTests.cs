using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>The one form in which a call says that it was done or refused.</summary>
public sealed class OutcomeTests
{
    private static readonly Refusal No = new("No", "field", "argument");

    [Fact]
    public void What_was_done_goes_on_and_a_refusal_is_passed_on_as_it_is()
    {
        Assert.Equal(new Outcome<string>.Done("2"), Done(2).Then<string>(number => $"{number}"));
        Assert.Equal(new Outcome<string>.Refused(No), Done(2).Then<string>(_ => No));
        Assert.Same(No, Assert.IsType<Outcome<string>.Refused>(Refused.Then<string>(_ => throw new InvalidOperationException("Called."))).Refusal);
    }

    [Fact]
    public async Task After_a_refusal_nothing_is_called()
    {
        Assert.Equal(new Outcome<string>.Done("2"), await Done(2).ThenAsync(number => Task.FromResult<Outcome<string>>($"{number}")));
        Assert.Equal(new Outcome<string>.Refused(No), await Refused.ThenAsync<string>(_ => throw new InvalidOperationException("Called.")));
    }

    [Fact]
    public void Both_cases_have_an_answer()
    {
        Assert.Equal("2", Done(2).Match(number => $"{number}", refusal => refusal.Code));
        Assert.Equal("No", Refused.Match(number => $"{number}", refusal => refusal.Code));
    }

    private static Outcome<int> Done(int value) => value;

    private static Outcome<int> Refused => No;
}
