using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>What a page shows of one read, whatever kind of record it was.</summary>
public abstract record RecordView
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Shown as text, which Blazor encodes; letters and base64 signs stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private RecordView() { }

    /// <param name="Json">The content with the field names of the DPS service API.</param>
    /// <param name="HasKeys">It has symmetric keys, which a read leaves out.</param>
    /// <param name="Revealed">Keys are in it; shown after an explicit, logged request only.</param>
    public sealed record Content(string Json, bool HasKeys, bool Revealed) : RecordView
    {
        public override string ToString() => nameof(Content);
    }

    public sealed record Rejected(RejectedOperation Operation) : RecordView;

    public sealed record Corrupt : RecordView;

    public sealed record NotFound : RecordView;

    public sealed record Refused(Refusal Refusal) : RecordView;

    public sealed record Failed : RecordView;

    public static RecordView Of<T>(Outcome<RecordRead<T>> outcome, Func<T, bool>? hasKeys = null, bool revealed = false) => outcome switch
    {
        Outcome<RecordRead<T>>.Done(RecordRead<T>.Found(var content, _)) =>
            new Content(JsonSerializer.Serialize(content, Format), hasKeys?.Invoke(content) ?? false, revealed),
        Outcome<RecordRead<T>>.Done(RecordRead<T>.Rejected(var rejected)) => new Rejected(rejected),
        Outcome<RecordRead<T>>.Done(RecordRead<T>.Corrupt) => new Corrupt(),
        Outcome<RecordRead<T>>.Refused(var refusal) => new Refused(refusal),
        _ => new NotFound(),
    };
}
