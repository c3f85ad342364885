using System.Text.Json;
using Bunit;
using DpsPortal.Common;

namespace DpsPortal.Tests.Components;

public sealed class FieldTests : PageTests
{
    /// <summary>An event of a field carries its text twice, as the event's value and as what stands in the field; beside it there are a few names.</summary>
    [Theory]
    [InlineData('x')]
    [InlineData('"')]
    [InlineData('\u0001')]
    [InlineData('ñ')]
    [InlineData('汉')]
    public void The_longest_text_fits_into_a_message_whatever_it_is_made_of(char letter)
    {
        var text = new string(letter, FieldLimits.LongestText);
        var message = JsonSerializer.SerializeToUtf8Bytes(new object[] { new { eventFieldInfo = new { fieldValue = text } }, new { value = text } });

        Assert.InRange(message.Length, FieldLimits.LongestText, FieldLimits.LargestMessage - 4_096);
    }

    [Theory]
    [InlineData(44, null)]
    [InlineData(45, "45 of 50 characters")]
    [InlineData(50, "50 of 50 characters")]
    [InlineData(51, "51 characters, and at most 50 fit here.")]
    public void Near_its_limit_a_field_counts_and_beyond_it_says_so(int length, string? text)
    {
        var field = Open<TextField>(it => it.Add(its => its.Label, "Name").Add(its => its.Limit, 50));
        field.Find("input").Input(new string('x', length));

        Assert.Equal(text is not null, TextOf(field).Contains("50", StringComparison.Ordinal));
        Assert.Contains(text ?? "", TextOf(field), StringComparison.Ordinal);
        Assert.Equal(length > 50 ? "true" : "false", field.Find("input").GetAttribute("aria-invalid"));
    }

    [Fact]
    public void What_a_program_has_stored_may_be_longer_and_is_no_fault_until_it_is_changed()
    {
        var field = Open<TextField>(it => it.Add(its => its.Label, "Name").Add(its => its.Limit, 50).Add(its => its.Value, new string('x', 60)));
        Assert.DoesNotContain("at most", TextOf(field), StringComparison.Ordinal);

        field.Find("input").Input(new string('x', 59));
        Assert.Contains("59 characters, and at most 50", TextOf(field), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_date_is_not_taken_for_none()
    {
        var faults = new FieldFaults();
        var field = Open<TextField>(it => it.Add(its => its.Label, "Expires").Add(its => its.Limit, 10).Add(its => its.Type, "date").AddCascadingValue(faults));
        field.Find("input").ParentElement!.TriggerEvent("ontoolong", new TooLongEventArgs { Length = TooLongEventArgs.Unfinished });

        Assert.True(faults.Any);
        Assert.Contains("This is not complete or not valid.", TextOf(field), StringComparison.Ordinal);
        field.Find("input").Input("2027-01-31");
        Assert.False(faults.Any);
    }

    [Fact]
    public async Task A_field_that_is_gone_keeps_nobody_from_saving()
    {
        var faults = new FieldFaults();
        Open<TextField>(it => it.Add(its => its.Label, "Name").Add(its => its.Limit, 5).AddCascadingValue(faults)).Find("input").Input("too long");
        Assert.True(faults.Any);

        await DisposeComponentsAsync();

        Assert.False(faults.Any);
    }

    /// <summary>MudBlazor's send what was typed when they are left, and put it back when the answer comes late.</summary>
    [Fact]
    public void No_form_has_a_field_of_another_kind()
    {
        // What is looked for is in the address, and nothing of it is saved.
        string[] lists = ["InstancesPage.razor", "SearchField.razor"];
        var others = Directory.EnumerateFiles(Repository.PathOf("src", "DpsPortal"), "*.razor", SearchOption.AllDirectories)
            .Where(file => !lists.Contains(Path.GetFileName(file)))
            .Where(file => File.ReadAllText(file) is var text
                && (text.Contains("<MudTextField", StringComparison.Ordinal) || text.Contains("<MudNumericField", StringComparison.Ordinal)));

        Assert.Empty(others.Select(Path.GetFileName));
    }
}
