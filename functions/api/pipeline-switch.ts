/** Starts and stops what runs a pipeline: what delivers to it, and its schedule. What is stopped costs nothing, and loses nothing while its input stream keeps records. */
export interface PipelineSwitch {
  isOn(): Promise<boolean>;
  turn(isOn: boolean): Promise<void>;
}
