using Microsoft.AspNetCore.Components;

namespace DpsPortal.Common;

/// <summary>
/// A field for text, for all forms: sent as it is typed, never put over with an older text, and with a limit that is said here before anybody
/// saves. A longer text stays in the browser as it is, and <see cref="FieldFaults"/> keep the form from being saved without it.
/// </summary>
public sealed partial class TextField
{
    private readonly string _id = $"field-{Guid.NewGuid():N}";
    private int? _tooLong;
    private bool _typed;
    private string? _text;
    private bool _settles;

    [Parameter] public string? Value { get; set; }

    [Parameter] public EventCallback<string?> ValueChanged { get; set; }

    /// <summary>What was typed is whole: the field was left, or its text was changed by Enter.</summary>
    [Parameter] public EventCallback OnLeft { get; set; }

    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>How many characters it takes.</summary>
    [Parameter, EditorRequired] public int Limit { get; set; }

    [Parameter] public string? HelperText { get; set; }

    /// <summary>What is wrong with what stands in it, beside its length.</summary>
    [Parameter] public string? Error { get; set; }

    [Parameter] public bool Required { get; set; }

    [Parameter] public int Lines { get; set; } = 1;

    [Parameter] public string Type { get; set; } = "text";

    [Parameter] public string? Placeholder { get; set; }

    [Parameter] public string? Class { get; set; }

    [Parameter(CaptureUnmatchedValues = true)] public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    [CascadingParameter] private FieldFaults? Faults { get; set; }

    private int Length => _tooLong is { } told and not TooLongEventArgs.Unfinished ? told : _text?.Length ?? 0;

    /// <summary>What a program has stored may be longer; it is no fault of who only looks at it.</summary>
    private bool IsTooLong => _tooLong is not null || (_typed && Length > Limit);

    private string? Shown =>
        _tooLong == TooLongEventArgs.Unfinished ? T["FieldUnfinished"] : IsTooLong ? T["FieldTooLong", Words.Number(Length), Words.Number(Limit)] : Error;

    private string? Counter => !IsTooLong && FieldLimits.IsNear(Length, Limit) ? T["FieldNearLimit", Words.Number(Length), Words.Number(Limit)] : null;

    private bool IsShrunk => Length > 0 || Placeholder is not null || Type is "date";

    private string IsFalse => Shown is null ? "false" : "true";

    private string? IsRequired => Required ? "true" : null;

    private string? DescribedBy => Shown is not null ? $"{_id}-error" : HelperText is not null ? $"{_id}-help" : null;

    protected override void OnParametersSet()
    {
        _text = Value;
        Tell();
    }

    private async Task TakeAsync(string? text)
    {
        (_tooLong, _typed) = (null, true);
        if (!ValueChanged.HasDelegate)
        {
            Value = text;
        }

        // Shown at once, and not only when it comes back through the form: where several components lie between, this one is rendered before that,
        // and with what it had it would put that over what has been typed meanwhile.
        _text = text;
        var told = ValueChanged.InvokeAsync(text);
        Tell();
        await told;
        _settles = true;
    }

    /// <summary>What stands here in the end is what the form made of it, also where that is what it had before: a key that was let go does not stay.</summary>
    protected override void OnAfterRender(bool firstRender)
    {
        if (_settles && _text != Value)
        {
            _text = Value;
            Tell();
            StateHasChanged();
        }

        _settles = false;
    }

    private Task LeaveAsync() => OnLeft.InvokeAsync();

    private void TellTooLong(TooLongEventArgs args)
    {
        _tooLong = args.Length;
        Tell();
    }

    private void Tell() => Faults?.Set(this, IsTooLong);

    public void Dispose() => Faults?.Set(this, false);
}
